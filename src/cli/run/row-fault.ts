/** What is wrong with one row before it is asked for; its message is for a person. The other rows do not mind. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}
