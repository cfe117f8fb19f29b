import { z } from 'zod';

/** The fields that an object schema knows at a place, in any of its shapes; none where anything may stand. */
export function fieldNamesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  return shapesOf(schema).flatMap((shape) => {
    if (shape instanceof z.ZodObject) {
      if (step === undefined) return Object.keys(shape.shape);
      const member = shape.shape[String(step)] as z.core.$ZodType | undefined;
      return member === undefined ? [] : fieldNamesAt(member, rest);
    }
    if (step === undefined) return [];
    if (shape instanceof z.ZodArray) return fieldNamesAt(shape.element, rest);
    if (shape instanceof z.ZodRecord) return fieldNamesAt(shape.valueType, rest);
    return [];
  });
}

/** What is behind defaults, choices and transformations. */
function shapesOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return shapesOf(schema.def.innerType);
  if (schema instanceof z.ZodPipe)
    return shapesOf(schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => shapesOf(option));
  return [schema];
}
