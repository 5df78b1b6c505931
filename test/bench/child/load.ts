/** Prints how long the import of a module takes, in milliseconds: `load.ts <module> <built-in>…`. */
const [module = "", ...builtIns] = process.argv.slice(2);
for (const name of builtIns) await import(name);

const start = performance.now();
await import(module);
console.log(performance.now() - start);
