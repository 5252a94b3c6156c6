// What an ACP agent lets its client choose for a session: its mode and its model, told in two ways. Pure.
import type { Permissions } from "../base/role.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./fields.ts";

export interface Option {
  value: string;
  name: string;
}

/** A choice with the call that makes it. */
export interface Choices {
  current: string | undefined;
  options: Option[];
  method: string;
  parameters(value: string): Fields;
}

/**
 * The choice of that category in what an agent told of its session: an option of the session's configuration, else the
 * list of modes, or the list of models that older agents have. Undefined when it offers none.
 */
export function choicesIn(told: Fields, category: "mode" | "model"): Choices | undefined {
  const option = listOf(told["configOptions"])
    .map(fieldsOf)
    .find((each) => each["category"] === category && each["type"] === "select");
  const configId = textOf(option?.["id"]);
  if (option !== undefined && configId !== undefined) {
    return {
      current: textOf(option["currentValue"]),
      options: listOf(option["options"]).map(fieldsOf).flatMap(optionsIn),
      method: "session/set_config_option",
      parameters: (value) => ({ configId, value }),
    };
  }
  return category === "mode"
    ? listed(fieldsOf(told["modes"]), ["availableModes", "id", "currentModeId"], "session/set_mode", "modeId")
    : listed(
        fieldsOf(told["models"]),
        ["availableModels", "modelId", "currentModelId"],
        "session/set_model",
        "modelId",
      );
}

function listed(
  state: Fields,
  [listName, idName, currentName]: readonly [string, string, string],
  method: string,
  parameter: string,
): Choices | undefined {
  const options = listOf(state[listName]).map(fieldsOf).flatMap(optionIn(idName));
  if (options.length === 0) return undefined;
  const current = textOf(state[currentName]);
  return { current, options, method, parameters: (value) => ({ [parameter]: value }) };
}

/** An option, or those of a group. */
function optionsIn(option: Fields): Option[] {
  const group = listOf(option["options"]).map(fieldsOf);
  return [option, ...group].flatMap(optionIn("value"));
}

function optionIn(idName: string) {
  return (option: Fields): Option[] => {
    const value = textOf(option[idName]);
    return value === undefined ? [] : [{ value, name: textOf(option["name"]) ?? value }];
  };
}

/** Modes in which agents are known to ask before they act; the protocol has no word for it. In the order of preference. */
const askingModes = ["default", "approve", "manual"];
const modes: Record<Permissions, readonly string[]> = {
  "read-only": [...askingModes, "read-only", "plan"],
  workspace: [...askingModes, "auto", "agent"],
  full: ["full-access", "bypasspermissions", "yolo", ...askingModes],
};

/** The mode in which an agent asks about what a permission level does not allow anyway; undefined when none is known to. */
export function modeFor(options: readonly Option[], permissions: Permissions): string | undefined {
  // Some agents have an address in the place of a name: https://.../session-modes#agent
  const nameOf = (value: string) => value.replace(/^.*[/#]/, "").toLowerCase();
  for (const wanted of modes[permissions]) {
    const found = options.find(({ value }) => nameOf(value) === wanted);
    if (found) return found.value;
  }
  return undefined;
}

/** The option that a model's name in a route means: by its value or by its title, case aside where that is needed. */
export function modelFor(options: readonly Option[], wanted: string): string | undefined {
  const low = wanted.toLowerCase();
  const found =
    options.find(({ value }) => value === wanted) ??
    options.find(({ name }) => name === wanted) ??
    options.find(({ value, name }) => value.toLowerCase() === low || name.toLowerCase() === low);
  return found?.value;
}
