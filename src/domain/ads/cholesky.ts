/** A symmetric positive definite matrix as the product of a lower triangle with its transpose. */
export interface Cholesky {
  /** The x of `A x = b`. */
  solve(b: Float64Array): Float64Array;
  /** The x of `Lᵀ x = b`: of a standard normal `b`, one whose covariance is the inverse of A. */
  solveUpper(b: Float64Array): Float64Array;
}

/** `matrix` holds the rows one after another. Throws if it is not positive definite. */
export function factor(matrix: Float64Array, size: number): Cholesky {
  const lower = matrix.slice();
  const at = (row: number, column: number) => lower[row * size + column] ?? 0;
  for (let column = 0; column < size; column++)
    for (let row = column; row < size; row++) {
      let sum = at(row, column);
      for (let index = 0; index < column; index++) sum -= at(row, index) * at(column, index);
      if (row > column) lower[row * size + column] = sum / at(column, column);
      else if (sum > 0) lower[row * size + column] = Math.sqrt(sum);
      else throw new RangeError('the matrix is not positive definite');
    }
  const solveLower = (b: Float64Array) => {
    const x = b.slice();
    for (let row = 0; row < size; row++) {
      let sum = x[row] ?? 0;
      for (let index = 0; index < row; index++) sum -= at(row, index) * (x[index] ?? 0);
      x[row] = sum / at(row, row);
    }
    return x;
  };
  const solveUpper = (b: Float64Array) => {
    const x = b.slice();
    for (let row = size - 1; row >= 0; row--) {
      let sum = x[row] ?? 0;
      for (let index = row + 1; index < size; index++) sum -= at(index, row) * (x[index] ?? 0);
      x[row] = sum / at(row, row);
    }
    return x;
  };
  return { solve: (b) => solveUpper(solveLower(b)), solveUpper };
}
