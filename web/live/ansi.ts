/** Text with a terminal's colours, as tracebacks have them, as elements with nbconvert's classes. */

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** The text as nodes: colour and weight by classes, other codes of terminals left out. */
export function coloured(text: string): Node[] {
  let colour: string | undefined;
  let bold = false;
  const nodes: Node[] = [];
  // Every second part is what stands between ESC [ and m.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about.
  for (const [k, part] of text.split(/\u001b\[([\d;]*)m/).entries()) {
    if (k % 2 === 1) {
      for (const code of part.split(";").map(Number)) {
        if (code === 0) [colour, bold] = [undefined, false];
        else if (code === 1) bold = true;
        else if (code === 22) bold = false;
        else if (code === 39) colour = undefined;
        else if (code >= 30 && code < 38) colour = `ansi-${names[code - 30]}-fg`;
        else if (code >= 90 && code < 98) colour = `ansi-${names[code - 90]}-intense-fg`;
      }
      continue;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
    const plain = part.replace(/\u001b\[[\d;?]*[A-Za-z]/g, "");
    if (plain === "") continue;
    const classes = [colour, bold ? "ansi-bold" : undefined].filter((name) => name !== undefined);
    if (classes.length === 0) nodes.push(document.createTextNode(plain));
    else
      nodes.push(
        Object.assign(document.createElement("span"), { className: classes.join(" "), textContent: plain }),
      );
  }
  return nodes;
}
