/** An OpenAPI document, as far as we read and complete it. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses?: Record<string, object> };
}

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, Answer>;
}

export interface Answer {
  description?: string;
  content?: Record<string, MediaType>;
  $ref?: string;
}

export interface MediaType {
  schema: object;
  example?: unknown;
}
