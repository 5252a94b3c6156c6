// Every top-level command: its summary, and the file that holds its words, loaded only when it is asked for.
import type { Command } from "commander";
import type { Io } from "./io.ts";

export interface CommandEntry {
  name: string;
  summary: string;
  /** Makes the command; given the verb that was typed, it may leave the others out. */
  load: () => Promise<(io: Io, verb?: string) => Command>;
  /** Not for people: left out of help. */
  hidden?: true;
}

/** In the order help shows them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "simulate",
    summary: "a model server for rehearsal: scripted answers, injected faults",
    load: async () => (await import("./simulate.ts")).simulateCommand,
  },
  {
    name: "init",
    summary: "make this folder a project",
    load: async () => (await import("./init.ts")).initCommand,
  },
  {
    name: "add",
    summary: "add a task",
    load: async () => (await import("./add.ts")).addCommand,
  },
  {
    name: "plan",
    summary: "break a goal into tasks, and add them when you agree",
    load: async () => (await import("./plan.ts")).planCommand,
  },
  {
    name: "list",
    summary: "list tasks",
    load: async () => (await import("./list.ts")).listCommand,
  },
  {
    name: "show",
    summary: "everything about one task: needs, runs, artifacts, log",
    load: async () => (await import("./show.ts")).showCommand,
  },
  {
    name: "ready",
    summary: "the tasks that could start now",
    load: async () => (await import("./ready.ts")).readyCommand,
  },
  {
    name: "edit",
    summary: "change a task",
    load: async () => (await import("./edit.ts")).editCommand,
  },
  {
    name: "done",
    summary: "mark a task as done",
    load: async () => (await import("./done.ts")).doneCommand,
  },
  {
    name: "fail",
    summary: "mark a task as failed, with the reason",
    load: async () => (await import("./fail.ts")).failCommand,
  },
  {
    name: "retry",
    summary: "open a task again",
    load: async () => (await import("./retry.ts")).retryCommand,
  },
  {
    name: "approve",
    summary: "let a task go on that waits for your word: by its budget, or by its gate",
    load: async () => (await import("./approve.ts")).approveCommand,
  },
  {
    name: "merge",
    summary: "merge the branch of a task whose work is done",
    load: async () => (await import("./merge.ts")).mergeCommand,
  },
  {
    name: "evaluate",
    summary: "have the finished work of a task scored now",
    load: async () => (await import("./evaluate.ts")).evaluateCommand,
  },
  {
    name: "task",
    summary: "run a finished task again elsewhere, and compare",
    load: async () => (await import("./task.ts")).taskCommand,
  },
  {
    name: "abandon",
    summary: "give a task up, so that nothing waits for it",
    load: async () => (await import("./abandon.ts")).abandonCommand,
  },
  {
    name: "log",
    summary: "read a task's log, or add to it",
    load: async () => (await import("./log.ts")).logCommand,
  },
  {
    name: "msg",
    summary: "say something to whoever works on a task",
    load: async () => (await import("./msg.ts")).msgCommand,
  },
  {
    name: "artifact",
    summary: "record the files a task produced",
    load: async () => (await import("./artifact.ts")).artifactCommand,
  },
  {
    name: "rm",
    summary: "remove a task",
    load: async () => (await import("./rm.ts")).rmCommand,
  },
  {
    name: "import",
    summary: "add the tasks of a file: of the original wg, or of wg export",
    load: async () => (await import("./import.ts")).importCommand,
  },
  {
    name: "export",
    summary: "write every task as JSON lines",
    load: async () => (await import("./export.ts")).exportCommand,
  },
  {
    name: "chat",
    summary: "talk with an agent; each chat stays on the profile it was opened with",
    load: async () => (await import("./chat.ts")).chatCommand,
  },
  {
    name: "nex",
    summary: "talk with wg's own agent, on any server of chat completions",
    load: async () => (await import("./nex.ts")).nexCommand,
  },
  {
    name: "service",
    summary: "start, watch and stop the service that gives ready tasks to workers",
    load: async () => (await import("./service.ts")).serviceCommand,
  },
  {
    name: "failover",
    summary: "what rests after it turned runs away, and a rehearsal of what happens then",
    load: async () => (await import("./failover.ts")).failoverCommand,
  },
  {
    name: "status",
    summary: "one screen: what is active, what runs, what waits and why",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  {
    name: "watch",
    summary: "what goes on, as it goes on",
    load: async () => (await import("./watch.ts")).watchCommand,
  },
  {
    name: "notify",
    summary: "try how you are told of what happens",
    load: async () => (await import("./notify.ts")).notifyCommand,
  },
  {
    name: "blocked",
    summary: "why a task does not start, and what would help",
    load: async () => (await import("./blocked.ts")).blockedCommand,
  },
  {
    name: "why-blocked",
    summary: "the same as blocked",
    load: async () => {
      const { blockedCommand } = await import("./blocked.ts");
      return (io) => blockedCommand(io).name("why-blocked");
    },
    hidden: true,
  },
  {
    name: "runs",
    summary: "what ran, on which profile and model, and what came of it",
    load: async () => (await import("./runs.ts")).runsCommand,
  },
  {
    name: "why",
    summary: "what a run ran on, where each value came from, and who answered",
    load: async () => (await import("./why.ts")).whyCommand,
  },
  {
    name: "usage",
    summary: "tokens, cost and how it is known, failures and time, in groups",
    load: async () => (await import("./usage.ts")).usageCommand,
  },
  {
    name: "eval",
    summary: "how work was scored, by whom, and what they noted",
    load: async () => (await import("./eval.ts")).evalCommand,
  },
  {
    name: "logs",
    summary: "what a run did, event by event",
    load: async () => (await import("./logs.ts")).logsCommand,
  },
  {
    name: "kill",
    summary: "end a run in flight",
    load: async () => (await import("./kill.ts")).killCommand,
  },
  {
    name: "gc",
    summary: "take away worktrees, branches and files of runs that nothing needs any more",
    load: async () => (await import("./gc.ts")).gcCommand,
  },
  {
    name: "worker",
    summary: "carry out a claimed run",
    load: async () => (await import("./worker.ts")).workerCommand,
    hidden: true,
  },
  {
    name: "profile",
    summary: "bundles of everything agents run on; switch between them while work goes on",
    load: async () => (await import("./profile.ts")).profileCommand,
  },
  {
    name: "config",
    summary: "settings of this project and this user, and where each comes from",
    load: async () => (await import("./config.ts")).configCommand,
  },
  {
    name: "agent",
    summary: "who agents are told to be, what each has been, and how its work was scored",
    load: async () => (await import("./agent.ts")).agentCommand,
  },
  {
    name: "agency",
    summary: "a first set of agents, and the roles and tradeoffs they are made of",
    load: async () => (await import("./agency.ts")).agencyCommand,
  },
  {
    name: "setup",
    summary: "look at this machine and write the profiles that would work on it",
    load: async () => (await import("./setup.ts")).setupCommand,
  },
  {
    name: "preset",
    summary: "model servers wg knows how to reach; each makes a profile",
    load: async () => (await import("./preset.ts")).presetCommand,
  },
  {
    name: "quickstart",
    summary: "what an agent needs to know of wg, in a page",
    load: async () => (await import("./quickstart.ts")).quickstartCommand,
  },
  {
    name: "skill",
    summary: "tell Claude Code or Codex of wg, in the files they read by themselves",
    load: async () => (await import("./skill.ts")).skillCommand,
  },
  {
    name: "mcp",
    summary: "the task graph as tools for an agent, over MCP",
    load: async () => (await import("./mcp.ts")).mcpCommand,
  },
  {
    name: "completion",
    summary: "make a shell complete the words of wg",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
];
