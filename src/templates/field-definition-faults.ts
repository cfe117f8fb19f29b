import type { TemplateFields } from '../domain/template-field.ts';
import { fieldReaders } from './field-readers.ts';
import { type FieldFault, fieldsReader } from './read-fields.ts';

/** What is wrong with fields themselves, whatever the rows: bounds that meet nothing, a default that is refused. */
export function fieldDefinitionFaults(fields: TemplateFields): FieldFault[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const { type, min, max, default: standIn } = field;
    const fault = (message: string): FieldFault[] => [{ field: name, message }];
    const bounds = [min, max].filter((bound) => bound !== undefined);
    if (bounds.length > 0 && fieldReaders[type].measure === undefined)
      return fault(`a ${type} has no min and no max.`);
    const wanted = type === 'date' ? 'string' : 'number';
    if (bounds.some((bound) => typeof bound !== wanted))
      return fault(
        type === 'date'
          ? 'min and max of a date are days such as 2026-11-28.'
          : 'min and max must be numbers.',
      );
    if (min !== undefined && max !== undefined && min > max) return fault(`min ${min} is above max ${max}.`);
    if (standIn === undefined) return [];
    return fieldsReader({ [name]: { ...field, column: undefined } })({ [name]: standIn }).faults.map(
      ({ message }) => ({ field: name, message: `the default does not fit: ${message}` }),
    );
  });
}
