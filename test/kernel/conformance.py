"""PyPI's jupyter_kernel_test against the kernel, with every optional test that it can support."""

import sys
import unittest

import jupyter_kernel_test as jkt

KERNEL = sys.argv.pop(1)


class CofiTests(jkt.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("to stderr")'
    code_generate_error = 'throw new Error("on purpose")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].length", "result": "2"},
        {"code": "6 * 7", "result": "42"},
        {"code": "6 * 7 + 0", "result": "42"},
    ]
    code_display_data = [
        {"code": 'import { display } from "tslab"; display.html("<b>bold</b>")', "mime": "text/html"},
        {"code": 'import { show } from "cofi"; show([{ a: 1 }])', "mime": "text/plain"},
    ]
    completion_samples = [
        {"text": "Math.cbr", "matches": {"cbrt"}},
        {"text": "[1, 2].forE", "matches": {"forEach"}},
    ]
    complete_code_samples = ["1", "const a = 1", "function f() {\n  return 1;\n}", "if (true) {}", "await 1"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "f(", "`open", "/* open"]
    invalid_code_samples = ["const = 1", "let 1a", "a b c"]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.sqrt"
    code_clear_output = "console.clear()"


class CofiWelcome(jkt.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
