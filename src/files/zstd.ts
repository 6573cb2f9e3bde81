/** Zstandard, unpacked frame by frame, each checked against its own length and check sum (RFC 8878). */
import { pauser } from "../base/pause";
import { readBytes, writeData } from "../platform/dataFiles";

/**
 * Unpacks a zstd file.
 *
 * @throws Error for a frame that is cut off or whose check sum differs. A frame may have been written without one: then
 *   only its length is looked at.
 */
export async function unzstd(path: string, target: string, signal?: AbortSignal): Promise<void> {
  const [{ Decompress }, { default: xxhash }] = await Promise.all([import("fzstd"), import("xxhash-wasm")]);
  const { create64 } = await xxhash();
  const breathe = pauser(signal);
  const packed = await readBytes(path, signal);
  async function* unpacked() {
    for (let from = 0; from < packed.length; ) {
      const { end, checkSum } = frameAt(packed, from);
      if (checkSum !== "skip") {
        const hash = create64();
        let pieces: Uint8Array[] = [];
        const unpacking = new Decompress((piece) => {
          hash.update(piece);
          pieces.push(piece.slice());
        });
        for (let at = from; at < end; at += pieceLength) {
          unpacking.push(packed.subarray(at, Math.min(end, at + pieceLength)), at + pieceLength >= end);
          yield* pieces;
          pieces = [];
          await breathe();
        }
        if (checkSum !== undefined && Number(hash.digest() & 0xffffffffn) !== checkSum)
          throw new Error("its check sum differs");
      }
      from = end;
    }
  }
  await writeData(target, unpacked());
}

/** How much is unpacked at once, in bytes. */
const pieceLength = 1 << 20;

/** Where the frame that begins here ends, and its check sum; undefined where it has none, "skip" if it holds no data. */
function frameAt(bytes: Uint8Array, from: number): { end: number; checkSum: number | "skip" | undefined } {
  const whole = (end: number) => {
    if (end > bytes.length) throw new Error("unexpected end of file");
    return end;
  };
  whole(from + 5);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(from, true);
  if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50)
    return { end: whole(from + 8 + view.getUint32(whole(from + 8) - 4, true)), checkSum: "skip" };
  if (magic !== 0xfd2fb528) throw new Error(`byte ${from} begins no frame`);
  const descriptor = bytes[from + 4];
  const isSingle = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  const size = sizeFlag === 0 ? isSingle : 2 ** sizeFlag;
  let at = whole(from + 5 + (isSingle ? 0 : 1) + dictionary + size);
  for (let isLast = false; !isLast; ) {
    whole(at + 3);
    const header = view.getUint16(at, true) | (bytes[at + 2] << 16);
    isLast = (header & 1) === 1;
    // A run is one byte, however long it is.
    at = whole(at + 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3));
  }
  if ((descriptor & 4) === 0) return { end: at, checkSum: undefined };
  return { end: whole(at + 4), checkSum: view.getUint32(at, true) };
}
