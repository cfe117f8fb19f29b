/** Bytes of one I420 frame. */
export const i420Bytes = (width: number, height: number) => (width * height * 3) / 2;
