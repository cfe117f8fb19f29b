/** A child answered with what no child of ours would say: it was taken over, or it is broken. */
export class Nonsense extends Error {
  override readonly name = 'Nonsense';
}
