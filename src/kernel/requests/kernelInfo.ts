import { protocolVersion } from "../protocol/message";
import { versions } from "../protocol/versions";
import type { Handler } from "./handler";

/** `kernel_info_request`: which kernel and which language this is. */
export const kernelInfo: Handler = {
  answer() {
    const { cofi, tslab, typescript, platform, hasDebugger } = versions();
    return {
      status: "ok",
      protocol_version: protocolVersion,
      implementation: "cofi",
      implementation_version: cofi,
      language_info: {
        name: "typescript",
        version: typescript,
        mimetype: "text/typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        // `mode` is what JupyterLab looks up, `name` with `typescript` what CodeMirror's own mode is called.
        codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
        nbconvert_exporter: "script",
      },
      banner: `TypeScript ${typescript} on ${platform} (Cofi ${cofi}, tslab ${tslab})`,
      debugger: hasDebugger,
      help_links: [{ text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" }],
    };
  },
};
