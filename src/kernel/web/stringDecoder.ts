/** `node:string_decoder`, of the package that has it for browsers. */
export { StringDecoder } from "string_decoder/";
