// The shape of resolved settings: the bundle, the rest, and where every value came from.

import type { Budget } from "../base/budget.ts";
import type { Endpoint } from "../base/endpoint.ts";
import type { MergeMode } from "../base/merge-mode.ts";
import type { Rates } from "../base/rates.ts";
import type { OnModelMismatch, Permissions, Role } from "../base/role.ts";
import type { Route } from "../base/route.ts";
import type { PinnedValue } from "../base/secret.ts";
import type { AgencySettings } from "./agency.ts";

/** Low to high. */
export const layerKinds = ["default", "global", "project", "profile", "env", "flag"] as const;
export type LayerKind = (typeof layerKinds)[number];

/** Where a value came from. `source` is a path, a variable's name or a flag; `line` counts from 1. */
export interface Origin {
  layer: LayerKind;
  source: string;
  line?: number | undefined;
}

/** A value that something higher hides. */
export interface Shadow {
  value: unknown;
  origin: Origin;
}

/** A value as TOML has it (a route is its text), its origin, and the values below it that it hides, nearest first. */
export interface Setting {
  key: string;
  value: unknown;
  origin: Origin;
  shadows: Shadow[];
}

/** What a profile owns, resolved. A `Route` is already parsed; `fallback` holds profile names. */
export interface Bundle {
  agent: { model: Route };
  dispatcher: { model?: Route };
  tiers: Record<string, Route>;
  models: Partial<Record<Role, { model?: Route; endpoint?: string }>>;
  endpoints: (Endpoint & { isDefault: boolean })[];
  env: Record<string, PinnedValue>;
  handlerEnv: Record<string, Record<string, PinnedValue>>;
  fallback: string[];
}

/** What there are notices of, in the order that documents show them. */
export const noticeKinds = ["done", "failed", "needs-you", "failover", "budget"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const noticeTemplates = ["json", "slack", "ntfy"] as const;
export type NoticeTemplate = (typeof noticeTemplates)[number];

/** Who is told of what; without `command` and `webhook` nobody is. `webhook` is a url or a reference to one. */
export interface NotifySettings {
  command?: string;
  webhook?: string;
  events: readonly NoticeKind[];
  template: NoticeTemplate;
}

/** What stays global or per project, whatever profile is active. Times in milliseconds. */
export interface General {
  agent: {
    permissions: Permissions;
    mcp: "auto" | "off";
    timeoutMs: number;
    hangAfterMs: number;
    maxTurns: number;
    maxAttempts: number;
  };
  service: { maxAgents: number };
  /** How many runs after a switch may take it back; 0 for none. */
  failover: { probation: number };
  modelMismatch: OnModelMismatch;
  /** `setup` is run in a fresh worktree. */
  worktrees: { use: "auto" | "off"; merge: MergeMode; setup?: string };
  handlerCommand: Partial<Record<"claude" | "codex", string>>;
  /** For all runs, and for those on the active profile: both hold. */
  budgets: { all: Budget; profile: Budget };
  /** By the model's name. */
  prices: Readonly<Record<string, Rates>>;
  notify: NotifySettings;
  agency: AgencySettings;
}

/** Which profile is active and what decided it; `name` is undefined for the base. */
export interface ActiveProfile {
  name: string | undefined;
  origin: Origin;
  /** Choices of a lower layer that this one hides, nearest first. */
  shadows: { name: string; origin: Origin }[];
}

/** All that was read, resolved: immutable; a reload makes a new one. */
export interface Settings {
  active: ActiveProfile;
  bundle: Bundle;
  general: General;
  /** Every set key, bundle and general, with origin; in the order of the schema. */
  values: ReadonlyMap<string, Setting>;
  /** Bundle keys that the files below the active profile set and that it leaves out: in no force at all. */
  hidden: ReadonlyMap<string, Shadow[]>;
  /** The identity of the bundle: 12 hex digits. */
  revision: string;
  /** What a person should know of the files these were read from. */
  notes?: readonly string[];
}
