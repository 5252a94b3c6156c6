// The ports to look for model servers at, where a person names others than the usual ones.
import { WgError } from "../base/error.ts";
import { type UsualPort, usualPorts } from "./servers.ts";

/** The ports of `8088,11434`, with what usually listens there; the usual ones for nothing. Refuses with `usage`. */
export function portsOf(text: string | undefined): readonly UsualPort[] {
  if (text === undefined || text === "") return usualPorts;
  return text.split(",").map((word) => {
    const port = Number(word);
    if (!/^ *\d{1,5} *$/.test(word) || port < 1 || port > 65_535) {
      throw new WgError("usage", `${JSON.stringify(word.slice(0, 20))} is no port`, {
        exit: 2,
        hint: "ports are numbers with commas between, for example 8088,11434",
      });
    }
    return usualPorts.find((each) => each.port === port) ?? { port, title: `port ${port}` };
  });
}
