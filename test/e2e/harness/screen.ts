/** A terminal's screen: what a person would see now, after all that a program has printed. */
export interface Screen {
  /** Takes the next piece of a program's output; sequences may be cut anywhere. */
  write(output: string): void;
  /** The lines on the screen, without trailing spaces. */
  text(): string;
}

/**
 * Creates an empty screen of the given size in characters.
 *
 * Needed because OpenCode's terminal screen sends only the cells that change: in the plain output
 * "Base URL of" may arrive as "Base URLof". Only what OpenCode and its prompts use is understood:
 * cursor movement, erasing, saving the cursor, the alternate screen, scrolling at the bottom.
 * Colours, modes, titles and queries are skipped. Every character is one column wide.
 */
export function createScreen(cols: number, rows: number): Screen {
  const blank = (): string[] => new Array<string>(cols).fill(" ");
  let grid = Array.from({ length: rows }, blank);
  let row = 0;
  let column = 0;
  let saved = { row: 0, column: 0 };
  /** The start of a sequence whose end is still to come. */
  let pending = "";

  const moveTo = (toRow: number, toColumn: number): void => {
    row = Math.min(Math.max(toRow, 0), rows - 1);
    column = Math.min(Math.max(toColumn, 0), cols - 1);
  };
  const newLine = (): void => {
    if (row < rows - 1) row += 1;
    else grid = [...grid.slice(1), blank()];
  };
  const erase = (fromRow: number, fromColumn: number, toRow: number, toColumn: number): void => {
    for (let y = fromRow; y <= toRow; y += 1) {
      const start = y === fromRow ? fromColumn : 0;
      const end = y === toRow ? toColumn : cols - 1;
      grid[y]?.fill(" ", start, end + 1);
    }
  };
  const eraseDisplay = (mode: number): void => {
    if (mode === 0) erase(row, column, rows - 1, cols - 1);
    else if (mode === 1) erase(0, 0, row, column);
    else erase(0, 0, rows - 1, cols - 1);
  };
  const eraseLine = (mode: number): void =>
    erase(row, mode === 0 ? column : 0, row, mode === 1 ? column : cols - 1);

  const control = (parameters: string, final: string): void => {
    if (/^\?(1049|1047|47)$/.test(parameters) && (final === "h" || final === "l")) eraseDisplay(2);
    // A private marker or an intermediate byte makes it a query or a mode, never a movement.
    if (/[^0-9;]/.test(parameters)) return;
    const [first = 0, second = 0] = parameters.split(";").map(Number);
    const count = Math.max(first, 1);
    if (final === "A") moveTo(row - count, column);
    else if (final === "B") moveTo(row + count, column);
    else if (final === "C") moveTo(row, column + count);
    else if (final === "D") moveTo(row, column - count);
    else if (final === "G") moveTo(row, count - 1);
    else if (final === "H" || final === "f") moveTo(count - 1, Math.max(second, 1) - 1);
    else if (final === "J") eraseDisplay(first);
    else if (final === "K") eraseLine(first);
    else if (final === "s") saved = { row, column };
    else if (final === "u") moveTo(saved.row, saved.column);
  };

  const print = (character: string): void => {
    if (character === "\r") column = 0;
    else if (character === "\n") newLine();
    else if (character === "\b") column = Math.max(column - 1, 0);
    else if (character >= " ") {
      if (column >= cols) {
        column = 0;
        newLine();
      }
      const line = grid[row];
      if (line) line[column] = character;
      // May point one past the last column: the line wraps only when the next character comes.
      column += 1;
    }
  };

  return {
    write(output) {
      let rest = pending + output;
      pending = "";
      while (rest !== "") {
        if (!rest.startsWith("\x1b")) {
          const next = rest.indexOf("\x1b");
          const end = next === -1 ? rest.length : next;
          for (const character of rest.slice(0, end)) print(character);
          rest = rest.slice(end);
          continue;
        }
        const sequence = SEQUENCE.exec(rest);
        if (!sequence) {
          pending = rest;
          return;
        }
        if (sequence[2]) control(sequence[1] ?? "", sequence[2]);
        rest = rest.slice(sequence[0].length);
      }
    },
    text: () =>
      grid
        .map((line) => line.join("").trimEnd())
        .join("\n")
        .trimEnd(),
  };
}

/** One whole sequence: CSI (parameters, final), a string (OSC, DCS, APC, PM), or a short escape. */
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences are made of them.
  /^\x1b(?:\[([0-9;:<=>?]*[ -/]*)([@-~])|[\]P_^](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-OQ-Z\\`-~=>])/;
