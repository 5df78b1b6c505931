/** Text as it stands in coding sessions: prose, code, CJK and emoji, with much for JSON to escape. */
import type { Random } from "../../support/random.ts";

const phrases = [
  "The parser keeps one flag for the start of the stream. ",
  "const total = items.reduce((sum, { size }) => sum + size, 0);\n",
  'if (name === "") throw new Error("missing \\"name\\" in " + path);\n',
  "\tat Object.<anonymous> (src/response/stream.ts:118:23)\n",
  "12 pass\n 0 fail\n 31 expect() calls\n",
  "  - [x] read the file, then search for every use of the name\n",
  "请先运行测试，再提交修改。",
  "読み込みに失敗しました。もう一度お試しください。",
  "Fertig – alle Prüfungen grün ✅ ",
  "👩‍💻 shipped 🚀 ",
] as const;

/** At least `length` UTF-16 units, and no more than one phrase longer. */
export function createText(random: Random, length: number): string {
  const parts: string[] = [];
  for (let left = length; left > 0; ) {
    const phrase = random.pick(phrases);
    parts.push(phrase);
    left -= phrase.length;
  }
  return parts.join("");
}

/** What encrypted content looks like: base64 of noise. */
export function createCiphertext(random: Random, bytes: number): string {
  return Buffer.from(Uint8Array.from({ length: bytes }, () => random.int(256))).toString("base64");
}
