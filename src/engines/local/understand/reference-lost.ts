/** A reference that was probed when it was taken in but cannot be decoded now. Becomes the failure `reference_lost`. */
export class ReferenceLost extends Error {
  override readonly name = 'ReferenceLost';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
