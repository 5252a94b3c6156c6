// A message out of the lines that a person types: one line, or several that belong together.

const fence = '"""';

export interface MessageBuilder {
  /** Takes a line; answers the message when it is whole. */
  add(line: string): string | undefined;
  /** True in the middle of a message. */
  isOpen(): boolean;
  drop(): void;
}

/** A line that ends in a backslash goes on in the next; from a line that begins with `"""` on, all goes up to one that ends so. */
export function startMessage(): MessageBuilder {
  let lines: string[] = [];
  let isFenced = false;
  const whole = (): string => {
    const text = lines.join("\n");
    lines = [];
    isFenced = false;
    return text;
  };
  return {
    add(line) {
      if (!isFenced && lines.length === 0 && line.trimStart().startsWith(fence)) {
        isFenced = true;
        const rest = line.trimStart().slice(fence.length);
        if (!rest.trimEnd().endsWith(fence)) {
          if (rest.trim() !== "") lines.push(rest);
          return undefined;
        }
        lines.push(withoutEnd(rest, fence));
        return whole();
      }
      if (isFenced) {
        if (!line.trimEnd().endsWith(fence)) return void lines.push(line);
        const last = withoutEnd(line, fence);
        if (last.trim() !== "") lines.push(last);
        return whole();
      }
      if (/(^|[^\\])(\\\\)*\\$/.test(line)) return void lines.push(line.slice(0, -1));
      lines.push(line);
      return whole();
    },
    isOpen: () => isFenced || lines.length > 0,
    drop: () => void whole(),
  };
}

function withoutEnd(line: string, mark: string): string {
  return line.trimEnd().slice(0, -mark.length);
}
