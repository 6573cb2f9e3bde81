/** PNG files taken apart and put together: several of one size as an animation, and a line of text in each. */

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The chunks of a PNG: the type and the data of each. */
export function chunksOf(png) {
  if (!png.subarray(0, 8).equals(signature)) throw new TypeError("it must be a PNG");
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString("latin1", at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

/** A PNG of these chunks. */
export function pngOf(chunks) {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    return Buffer.concat([u32(data.length), body, u32(crc(body))]);
  });
  return Buffer.concat([signature, ...parts]);
}

/** The PNG with a line of text under a name, which no viewer shows. */
export function withText(png, name, text) {
  const [header, ...rest] = chunksOf(png);
  return pngOf([header, { type: "tEXt", data: Buffer.from(`${name}\0${text}`, "latin1") }, ...rest]);
}

/** The text under a name, undefined where there is none. */
export function textOf(png, name) {
  const texts = chunksOf(png)
    .filter(({ type }) => type === "tEXt")
    .map(({ data }) => data.toString("latin1").split("\0"));
  return texts.find(([key]) => key === name)?.[1];
}

/**
 * An animated PNG, which plays for ever: viewers that know no animation show the first picture.
 * See https://www.w3.org/TR/png-3/#animation-information.
 *
 * @param frames Each a PNG, all of one size and kind, and how many seconds it stands.
 */
export function animated(frames) {
  const all = frames.map(({ png }) => chunksOf(png));
  const [header] = all[0];
  for (const [k, [own]] of all.entries())
    if (!own.data.equals(header.data))
      throw new RangeError(`frame ${k} must be of the first one's size and kind`);
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)];
  let sequence = 0;
  const control = (seconds) => {
    const delay = Buffer.alloc(6); // hundredths of a second; then: no blending, nothing cleared
    delay.writeUInt16BE(Math.round(100 * seconds), 0);
    delay.writeUInt16BE(100, 2);
    return {
      type: "fcTL",
      data: Buffer.concat([u32(sequence++), u32(width), u32(height), u32(0), u32(0), delay]),
    };
  };
  const pictures = all.flatMap((chunks, k) => {
    const own = [control(frames[k].seconds)];
    for (const { type, data } of chunks)
      if (type === "IDAT")
        own.push(k === 0 ? { type, data } : { type: "fdAT", data: Buffer.concat([u32(sequence++), data]) });
    return own;
  });
  const plays = { type: "acTL", data: Buffer.concat([u32(frames.length), u32(0)]) };
  return pngOf([header, plays, ...pictures, { type: "IEND", data: Buffer.alloc(0) }]);
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** CRC-32, as the PNG standard has it. */
function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}
