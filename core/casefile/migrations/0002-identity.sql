-- Who acted (docs/identities.md). The first part is what records name, read once per exhibit; the second follows from it
-- and from the analyst's decisions, and is made anew when either changes.

-- Exhibits whose records were read, and by which version of the rules.
CREATE TABLE identity_read (exhibit INTEGER NOT NULL, rules INTEGER NOT NULL);

-- Events that name the same identities in the same way.
CREATE TABLE identity_shape (
  shape BIGINT NOT NULL,
  exhibit INTEGER NOT NULL,
  -- Key of the name that the events are done by: a credential before a session before an account.
  actor VARCHAR,
  -- Nanoseconds since the epoch; NULL when none of the events is dated.
  first BIGINT,
  last BIGINT,
  events BIGINT NOT NULL,
  failures BIGINT NOT NULL
);
CREATE TABLE identity_event (seq BIGINT NOT NULL, shape BIGINT NOT NULL);

-- A key names one thing for good, such as 'aws-key:AKIA…'; a label is what a person reads.
CREATE TABLE identity_name (shape BIGINT NOT NULL, key VARCHAR NOT NULL, kind VARCHAR NOT NULL, label VARCHAR NOT NULL, rank INTEGER NOT NULL);

-- A link that one record states by itself. A window is when what was given is good for, nanoseconds.
CREATE TABLE identity_claim (
  shape BIGINT NOT NULL,
  rule VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  confidence VARCHAR NOT NULL,
  giver VARCHAR NOT NULL,
  taker VARCHAR NOT NULL,
  valid_from BIGINT,
  valid_to BIGINT
);

-- One side of a link that two records state together: they meet where meeting and value are equal and times are near.
CREATE TABLE identity_meeting (
  shape BIGINT NOT NULL,
  -- Source and position of the rule: 'cloudtrail/0'.
  meeting VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  confidence VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  moment BIGINT,
  -- How far apart the moments may be, nanoseconds; NULL: any.
  within BIGINT,
  -- Left out for takers whose events a link of this rule explains.
  unless VARCHAR
);

-- What the second part was made of; empty before it was made.
CREATE TABLE identity_state (exhibits VARCHAR NOT NULL, rules INTEGER NOT NULL, acts VARCHAR NOT NULL, revision BIGINT NOT NULL);

CREATE TABLE identity_node (
  node INTEGER NOT NULL,
  -- 'I-' and the beginning of SHA-256 of the key: stable over imports and cases.
  ref VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  rank INTEGER NOT NULL,
  -- When records name it first and last.
  first BIGINT,
  last BIGINT,
  -- Node of the principal it belongs to: of its own, or of what it is another name of.
  principal INTEGER NOT NULL
);
CREATE TABLE identity_actor (shape BIGINT NOT NULL, node INTEGER NOT NULL);

CREATE TABLE identity_link (
  link INTEGER NOT NULL,
  -- 'L-' and the beginning of SHA-256 of kind, rule and keys.
  ref VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  confidence VARCHAR NOT NULL,
  giver INTEGER NOT NULL,
  taker INTEGER NOT NULL,
  first BIGINT,
  last BIGINT,
  events BIGINT NOT NULL,
  -- 'standing', 'open', 'accepted', 'rejected' or 'set-aside' by a split.
  state VARCHAR NOT NULL
);
-- Its evidence: whole shapes where every event of one is, single events where they are too many to be.
CREATE TABLE identity_link_shape (link INTEGER NOT NULL, shape BIGINT NOT NULL);
CREATE TABLE identity_link_event (link INTEGER NOT NULL, seq BIGINT NOT NULL);

CREATE TABLE identity_principal (
  principal INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  first BIGINT,
  last BIGINT,
  -- Of the principal and of every credential and session that it holds.
  events BIGINT NOT NULL,
  failures BIGINT NOT NULL
);
-- Whose acts count as whose: a principal, its other names, and what it held, however far down.
CREATE TABLE identity_member (principal INTEGER NOT NULL, node INTEGER NOT NULL);

-- By hand. Rows belong to an act and count while it stands. 'accept' and 'reject' name a link by ref; 'split' a key;
-- 'merge' two keys.
CREATE TABLE identity_decision (
  act INTEGER NOT NULL,
  verdict VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  other VARCHAR,
  reason VARCHAR NOT NULL
);

-- For the query language: every event with each name of each principal that it is an act of.
CREATE VIEW event_identity AS
SELECT v.seq AS seq, n.ref AS value
FROM identity_event v JOIN identity_actor a ON a.shape = v.shape JOIN identity_member m ON m.node = a.node
JOIN identity_node n ON n.principal = m.principal
UNION ALL
SELECT v.seq, n.label
FROM identity_event v JOIN identity_actor a ON a.shape = v.shape JOIN identity_member m ON m.node = a.node
JOIN identity_node n ON n.principal = m.principal;
-- The events that links between identities rest on, by the link's ref.
CREATE VIEW event_evidence AS
SELECT v.seq AS seq, l.ref AS value
FROM identity_link l JOIN identity_link_shape s ON s.link = l.link JOIN identity_event v ON v.shape = s.shape
UNION ALL
SELECT e.seq, l.ref FROM identity_link l JOIN identity_link_event e ON e.link = l.link;
-- Made in memory for a question that asks for it.
CREATE VIEW event_reach AS SELECT CAST(NULL AS BIGINT) AS seq, CAST(NULL AS VARCHAR) AS value WHERE FALSE;
