// tslab as it comes, which nothing ends but a shutdown by its own protocol: here it also ends with whoever started it,
// so that tools that fail with it leave no kernel behind.
const { startKernel } = require("tslab/dist/main.js");

const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(), 500).unref();
startKernel({ configPath: process.argv[2], enableFindLocal: false });
