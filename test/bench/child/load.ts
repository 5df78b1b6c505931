/** Prints how long the import of a module takes, in milliseconds: `load.ts <module> <built-in>…`. */
const [module = "", ...builtIns] = process.argv.slice(2);
for (const name of builtIns) await import(name);
// As in OpenCode, a compiled program: our module then knows at once that it was not started itself.
process.argv[1] = "/$bunfs/root/src/index.js";

const start = performance.now();
await import(module);
console.log(performance.now() - start);
