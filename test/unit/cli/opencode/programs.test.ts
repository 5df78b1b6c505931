import { expect, test } from "bun:test";
import { hostPrograms } from "../../../../src/cli/opencode/programs.ts";

test.each(["linux", "darwin"])("%s: by its name, then where its installer puts it", (platform) => {
  const programs = hostPrograms({ env: { PATH: "/bin:." }, home: "/home/name", platform });
  expect(programs).toEqual(["opencode", "/home/name/.opencode/bin/opencode"]);
});

const home = "C:\\Users\\name";
const own = "C:\\Users\\name\\.opencode\\bin\\opencode.exe";
const windows = (env: Record<string, string>) => hostPrograms({ env, home, platform: "win32" });

test("Windows: the programs themselves, no batch file, in the order of the path", () => {
  expect(windows({ PATH: 'C:\\Tools;"C:\\Users\\name\\AppData\\Roaming\\npm"' })).toEqual([
    "C:\\Tools\\opencode.exe",
    "C:\\Tools\\node_modules\\opencode-ai\\bin\\opencode.exe",
    "C:\\Users\\name\\AppData\\Roaming\\npm\\opencode.exe",
    "C:\\Users\\name\\AppData\\Roaming\\npm\\node_modules\\opencode-ai\\bin\\opencode.exe",
    own,
  ]);
});

test.each([
  ["a folder that depends on the working directory", { PATH: ".;bin;;C:bin" }],
  ["no path", {}],
])("Windows, %s: is not looked in", (_name, env) => {
  expect(windows(env)).toEqual([own]);
});

test("Windows as it writes the variable itself", () => {
  expect(windows({ Path: "D:\\bin" })[0]).toBe("D:\\bin\\opencode.exe");
});
