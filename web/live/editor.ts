/** The editor of a page's cells, in a script of its own that is loaded when the reader first turns to one. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { drawSelection, EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** What the page gives to an editor. */
export interface EditorWork {
  place: HTMLElement;
  code: string;
  label: string;
  onChange(code: string): void;
  onRun(): void;
  /** What may stand at a place in the code; undefined as long as no kernel runs. */
  complete(code: string, at: number): Promise<Completions | undefined>;
  /** What is known of what stands at a place, as text. */
  inspect(code: string, at: number): Promise<string | undefined>;
}

export interface Completions {
  from: number;
  to: number;
  options: { text: string; type: string | undefined }[];
}

export interface Editor {
  set(code: string): void;
  focus(at?: { x: number; y: number }): void;
}

export function openEditor({ place, code, label, onChange, onRun, complete, inspect }: EditorWork): Editor {
  const fromKernel = async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (!context.explicit && !context.matchBefore(/[\w$.]$/)) return null;
    const found = await complete(context.state.doc.toString(), context.pos);
    if (!found || found.options.length === 0 || context.aborted) return null;
    const options = found.options.map(({ text, type }) => ({ label: text, ...(type && { type }) }));
    return { from: found.from, to: found.to, options, validFor: /^[\w$]*$/ };
  };
  const help = hoverTooltip(async ({ state }, pos) => {
    const text = await inspect(state.doc.toString(), pos);
    if (!text) return null;
    const word = state.wordAt(pos);
    return {
      pos: word?.from ?? pos,
      end: word?.to ?? pos,
      above: true,
      create() {
        const dom = document.createElement("div");
        dom.className = "live-help";
        dom.textContent = text;
        return { dom };
      },
    };
  });
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent: place,
    doc: code,
    extensions: [
      Prec.highest(
        keymap.of([
          { key: "Shift-Enter", run },
          { key: "Mod-Enter", run },
        ]),
      ),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of("  "),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [fromKernel] }),
      help,
      javascript({ typescript: true }),
      syntaxHighlighting(colours),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      theme,
    ],
  });
  return {
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus(at) {
      view.focus();
      const anchor = at && view.posAtCoords(at);
      if (typeof anchor === "number") view.dispatch({ selection: { anchor } });
    },
  };
}

// The colours of the exported pages' code, so that nothing changes when an editor opens.
const ink = (name: string) => `var(--jp-mirror-editor-${name}-color)`;
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.controlKeyword], color: ink("keyword"), fontWeight: "bold" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: ink("string") },
  { tag: [tags.number, tags.bool, tags.null], color: ink("number") },
  { tag: tags.comment, color: ink("comment"), fontStyle: "italic" },
  { tag: tags.operator, color: ink("operator"), fontWeight: "bold" },
  { tag: tags.typeName, color: ink("keyword") },
]);

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: ink("variable") },
  "&.cm-focused": { outline: "none" },
  ".cm-content": {
    fontFamily: "var(--jp-code-font-family)",
    fontSize: "var(--jp-code-font-size)",
    lineHeight: "var(--jp-code-line-height)",
    padding: "var(--jp-code-padding) 0",
    caretColor: "var(--jp-editor-cursor-color, currentColor)",
  },
  ".cm-line": { padding: "0 4px" },
  ".cm-cursor": { borderLeftColor: "var(--jp-editor-cursor-color, currentColor)" },
  ".cm-tooltip": {
    backgroundColor: "var(--jp-layout-color0)",
    color: "var(--jp-content-font-color1)",
    border: "1px solid var(--jp-border-color1)",
  },
});
