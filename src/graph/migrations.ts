// The schema, version by version: each step moves a file forward by one and is never changed after a release.

/** Marks the file as ours (`PRAGMA application_id`): "wg" and a one, in ASCII. */
export const applicationId = 0x77670001;

/**
 * `migrations[n]` moves a file from version n to n + 1. Triggers keep `blockers`, so that no writer can forget to:
 * it is the number of a task's needs that are neither done nor abandoned. The ready queue has exactly one index; a
 * second one that begins with `status` would be picked by the planner and cost a sort of every open task.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE task (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('open', 'in-progress', 'done', 'failed', 'abandoned')),
    blockers INTEGER NOT NULL DEFAULT 0 CHECK (blockers >= 0),
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    forgiven INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    model TEXT,
    tier TEXT,
    same_plan_as TEXT,
    title TEXT NOT NULL,
    exec TEXT,
    verify TEXT,
    reason TEXT,
    summary TEXT,
    description TEXT NOT NULL
  ) STRICT;
  CREATE INDEX task_ready ON task (status, blockers, priority DESC, created_at, id);

  CREATE TABLE need (
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    needs TEXT NOT NULL REFERENCES task (id),
    PRIMARY KEY (task, needs),
    CHECK (task <> needs)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX need_by ON need (needs, task);

  CREATE TRIGGER need_added AFTER INSERT ON need
  WHEN (SELECT status FROM task WHERE id = new.needs) NOT IN ('done', 'abandoned')
  BEGIN
    UPDATE task SET blockers = blockers + 1 WHERE id = new.task;
  END;
  CREATE TRIGGER need_dropped AFTER DELETE ON need
  WHEN (SELECT status FROM task WHERE id = old.needs) NOT IN ('done', 'abandoned')
  BEGIN
    UPDATE task SET blockers = blockers - 1 WHERE id = old.task;
  END;
  CREATE TRIGGER task_satisfied AFTER UPDATE OF status ON task
  WHEN old.status NOT IN ('done', 'abandoned') AND new.status IN ('done', 'abandoned')
  BEGIN
    UPDATE task SET blockers = blockers - 1 WHERE id IN (SELECT task FROM need WHERE needs = new.id);
  END;
  CREATE TRIGGER task_reopened AFTER UPDATE OF status ON task
  WHEN old.status IN ('done', 'abandoned') AND new.status NOT IN ('done', 'abandoned')
  BEGIN
    UPDATE task SET blockers = blockers + 1 WHERE id IN (SELECT task FROM need WHERE needs = new.id);
  END;

  CREATE TABLE tag (
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (task, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tag_by ON tag (tag, task);

  CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('claimed', 'running', 'ended')),
    attempt INTEGER NOT NULL,
    profile TEXT NOT NULL,
    revision TEXT NOT NULL,
    route TEXT NOT NULL,
    service TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    pid INTEGER,
    pid_started TEXT,
    cancel TEXT CHECK (cancel IN ('fail', 'requeue')),
    reported TEXT CHECK (reported IN ('done', 'failed')),
    reported_message TEXT,
    outcome TEXT CHECK ((outcome IS NULL) = (status <> 'ended')),
    failure_class TEXT,
    failure_message TEXT,
    failure_status INTEGER,
    resets_at TEXT,
    summary TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    cost_usd REAL,
    cost_source TEXT,
    turns INTEGER,
    session_id TEXT,
    resolved_model TEXT,
    served_models TEXT,
    served_by TEXT,
    exit_code INTEGER,
    signal TEXT,
    denials INTEGER,
    plan TEXT NOT NULL
  ) STRICT;
  -- A task has at most one live run of a role, whoever claims.
  CREATE UNIQUE INDEX run_live ON run (task, role) WHERE status <> 'ended';
  CREATE INDEX run_by_task ON run (task, number);

  CREATE TABLE log (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    run TEXT,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX log_by_task ON log (task, number);

  CREATE TABLE artifact (
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    at TEXT NOT NULL,
    run TEXT,
    PRIMARY KEY (task, path)
  ) STRICT, WITHOUT ROWID;
  `,
  // What other programs' files say of a task or an entry of its log and no column has, as JSON; and their other lines.
  `
  ALTER TABLE task ADD COLUMN extra TEXT;
  ALTER TABLE log ADD COLUMN extra TEXT;
  CREATE TABLE other_line (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    line TEXT NOT NULL UNIQUE
  ) STRICT;
  `,
  // The sha256 of what a run's agent proves itself with.
  `
  ALTER TABLE run ADD COLUMN token_hash TEXT;
  `,
  // What is said to a task, and the runs that were shown it.
  `
  CREATE TABLE message (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX message_by_task ON message (task, number);
  CREATE TABLE message_seen (
    message INTEGER NOT NULL REFERENCES message (number) ON DELETE CASCADE,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (run, message)
  ) STRICT, WITHOUT ROWID;
  `,
  // What holds a task back besides the tasks it needs; one hold a task, counted among its blockers.
  `
  CREATE TABLE hold (
    task TEXT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER hold_added AFTER INSERT ON hold
  BEGIN
    UPDATE task SET blockers = blockers + 1 WHERE id = new.task;
  END;
  CREATE TRIGGER hold_dropped AFTER DELETE ON hold
  BEGIN
    UPDATE task SET blockers = blockers - 1 WHERE id = old.task;
  END;
  `,
  // What a person has allowed a task to spend beyond its budget; the latest word counts.
  `
  CREATE TABLE approval (
    task TEXT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    usd REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- What was spent today is asked before each claim.
  CREATE INDEX run_by_claim ON run (claimed_at);
  `,
  // What somebody may want to be told of, until a service has told it: by triggers, so that no writer can forget to.
  `
  CREATE TABLE notice (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    run TEXT,
    text TEXT,
    told TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    next_at TEXT
  ) STRICT;
  CREATE TRIGGER notice_of_end AFTER UPDATE OF status ON task
  WHEN old.status = 'in-progress' AND new.status IN ('done', 'failed')
  BEGIN
    INSERT INTO notice (at, kind, task, run, text) VALUES (
      coalesce(new.completed_at, new.created_at), new.status, new.id,
      (SELECT id FROM run WHERE task = new.id ORDER BY number DESC LIMIT 1),
      coalesce(new.reason, new.summary)
    );
  END;
  CREATE TRIGGER notice_of_hold AFTER INSERT ON hold
  WHEN new.kind IN ('budget', 'merge', 'gate')
  BEGIN
    INSERT INTO notice (at, kind, task, text) VALUES (
      new.since, CASE new.kind WHEN 'budget' THEN 'budget' ELSE 'needs-you' END, new.task, new.reason
    );
  END;
  `,
  // Which profile a run on a fallback stands in for.
  `
  ALTER TABLE run ADD COLUMN failover TEXT;
  `,
  // A failover is news when none of the latest runs was on one of the same profile; probes come in between.
  `
  CREATE TRIGGER notice_of_failover AFTER INSERT ON run
  WHEN new.failover IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM (SELECT failover FROM run WHERE number < new.number ORDER BY number DESC LIMIT 5)
    WHERE json_extract(failover, '$.from') = json_extract(new.failover, '$.from')
  )
  BEGIN
    INSERT INTO notice (at, kind, task, run, text) VALUES (
      new.claimed_at, 'failover', new.task, new.id,
      json_extract(new.failover, '$.from') || ' cools (' || json_extract(new.failover, '$.why')
        || '), work goes on with ' || new.profile
    );
  END;
  `,
  // What a run is about, whom it was and what it changed. The table is made anew, so that the plan stays the last of what is
  // read: SQLite goes through a row's whole plan to get at what stands behind it.
  `
  DROP TRIGGER notice_of_end;
  DROP TRIGGER notice_of_failover;
  CREATE TABLE run_made_anew (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    subject TEXT,
    status TEXT NOT NULL CHECK (status IN ('claimed', 'running', 'ended')),
    attempt INTEGER NOT NULL,
    profile TEXT NOT NULL,
    revision TEXT NOT NULL,
    arm TEXT,
    route TEXT NOT NULL,
    identity TEXT,
    service TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    pid INTEGER,
    pid_started TEXT,
    cancel TEXT CHECK (cancel IN ('fail', 'requeue')),
    reported TEXT CHECK (reported IN ('done', 'failed')),
    reported_message TEXT,
    outcome TEXT CHECK ((outcome IS NULL) = (status <> 'ended')),
    failure_class TEXT,
    failure_message TEXT,
    failure_status INTEGER,
    resets_at TEXT,
    summary TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    cost_usd REAL,
    cost_source TEXT,
    turns INTEGER,
    session_id TEXT,
    resolved_model TEXT,
    served_models TEXT,
    served_by TEXT,
    exit_code INTEGER,
    signal TEXT,
    denials INTEGER,
    base_commit TEXT,
    head_commit TEXT,
    failover TEXT,
    token_hash TEXT,
    plan TEXT NOT NULL
  ) STRICT;
  INSERT INTO run_made_anew
  SELECT number, id, task, role, NULL, status, attempt, profile, revision, NULL, route, NULL, service, lease_until,
    claimed_at, started_at, ended_at, pid, pid_started, cancel, reported, reported_message, outcome, failure_class,
    failure_message, failure_status, resets_at, summary, input_tokens, output_tokens, cached_tokens, cost_usd, cost_source,
    turns, session_id, resolved_model, served_models, served_by, exit_code, signal, denials, NULL, NULL, failover,
    token_hash, plan
  FROM run;
  DROP TABLE run;
  ALTER TABLE run_made_anew RENAME TO run;
  -- A task has at most one live run of a role about the same thing, whoever claims.
  CREATE UNIQUE INDEX run_live ON run (task, role, coalesce(subject, '')) WHERE status <> 'ended';
  CREATE INDEX run_by_task ON run (task, number);
  CREATE INDEX run_by_claim ON run (claimed_at);
  CREATE TRIGGER notice_of_end AFTER UPDATE OF status ON task
  WHEN new.status IN ('done', 'failed') AND (old.status = 'in-progress' OR (
    old.status = 'open' AND EXISTS (SELECT 1 FROM hold WHERE task = new.id AND kind = 'review')
  ))
  BEGIN
    INSERT INTO notice (at, kind, task, run, text) VALUES (
      coalesce(new.completed_at, new.created_at), new.status, new.id,
      (SELECT id FROM run WHERE task = new.id AND role = 'worker' ORDER BY number DESC LIMIT 1),
      coalesce(new.reason, new.summary)
    );
  END;
  CREATE TRIGGER notice_of_failover AFTER INSERT ON run
  WHEN new.failover IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM (SELECT failover FROM run WHERE number < new.number ORDER BY number DESC LIMIT 5)
    WHERE json_extract(failover, '$.from') = json_extract(new.failover, '$.from')
  )
  BEGIN
    INSERT INTO notice (at, kind, task, run, text) VALUES (
      new.claimed_at, 'failover', new.task, new.id,
      json_extract(new.failover, '$.from') || ' cools (' || json_extract(new.failover, '$.why')
        || '), work goes on with ' || new.profile
    );
  END;
  `,
  // Who looks at finished work, what they said of it, and who is to do a task.
  `
  ALTER TABLE task ADD COLUMN gate REAL CHECK (gate BETWEEN 0 AND 1);
  ALTER TABLE task ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE review (
    run TEXT NOT NULL,
    role TEXT NOT NULL,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    tries INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    PRIMARY KEY (run, role)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX review_by_task ON review (task);
  CREATE TABLE evaluation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    run TEXT NOT NULL,
    by_run TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    judge INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL,
    total REAL CHECK (total BETWEEN 0 AND 1),
    scores TEXT NOT NULL,
    notes TEXT NOT NULL,
    problem TEXT CHECK ((problem IS NULL) = (total IS NOT NULL))
  ) STRICT;
  CREATE INDEX evaluation_by_task ON evaluation (task, number);
  CREATE INDEX evaluation_by_run ON evaluation (run, role);
  CREATE TABLE assignment (
    task TEXT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    identity TEXT,
    name TEXT,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    run TEXT,
    at TEXT NOT NULL,
    tier TEXT,
    permissions TEXT
  ) STRICT, WITHOUT ROWID;
  `,
];
