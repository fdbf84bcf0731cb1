declare module 'gifenc' {
  type Rgb = readonly [number, number, number];
  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { palette?: readonly Rgb[]; delay?: number; repeat?: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  const gifenc: {
    GIFEncoder(): Encoder;
    quantize(rgba: Uint8Array | Uint8ClampedArray, colors: number): readonly Rgb[];
    applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: readonly Rgb[]): Uint8Array;
  };
  export default gifenc;
}
