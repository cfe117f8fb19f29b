/**
 * One picture as the encoder takes it: I420, BT.709, limited range. Colour is the mean of each two by two pixels;
 * transparency is not heeded. `width` and `height` are even.
 */
export function rgbaToI420(rgba: Buffer, width: number, height: number): Buffer {
  const luma = width * height;
  const i420 = Buffer.allocUnsafe((luma * 3) / 2);
  const [u, v] = [luma, luma + luma / 4];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [red, green, blue] = [0, 0, 0];
      for (const at of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1]) {
        const [r = 0, g = 0, b = 0] = [rgba[at * 4], rgba[at * 4 + 1], rgba[at * 4 + 2]];
        i420[at] = 16 + 0.18259 * r + 0.61423 * g + 0.06201 * b + 0.5;
        red += r;
        green += g;
        blue += b;
      }
      const half = (y / 2) * (width / 2) + x / 2;
      i420[u + half] = 128.5 + (-0.10064 * red - 0.33857 * green + 0.43922 * blue) / 4;
      i420[v + half] = 128.5 + (0.43922 * red - 0.39894 * green - 0.04027 * blue) / 4;
    }
  }
  return i420;
}
