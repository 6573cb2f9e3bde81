// A JavaScript engine that lets no memory be shared, as some embeddings of Node.js are.
delete globalThis.SharedArrayBuffer;
