CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE bindings (
	channel VARCHAR NOT NULL, 
	account VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	CONSTRAINT pk_bindings PRIMARY KEY (channel, account), 
	CONSTRAINT uq_bindings_channel_person UNIQUE (channel, person)
);

CREATE TABLE drafts (
	person VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (person)
);

CREATE TABLE event_keys (
	"key" VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	answer VARCHAR NOT NULL, 
	CONSTRAINT pk_event_keys PRIMARY KEY ("key")
);

CREATE TABLE access_log (
	id INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	CONSTRAINT pk_access_log PRIMARY KEY (id)
);

CREATE TABLE files (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	CONSTRAINT pk_files PRIMARY KEY (id)
);

CREATE TABLE numbers (
	name VARCHAR NOT NULL, 
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_numbers PRIMARY KEY (name, year)
);

CREATE TABLE pack_versions (
	pack VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_pack_versions PRIMARY KEY (pack, version)
);

CREATE TABLE cases (
	id VARCHAR NOT NULL, 
	no VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	pack VARCHAR NOT NULL, 
	pack_version VARCHAR NOT NULL, 
	procedure VARCHAR NOT NULL, 
	applicant VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	held VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	filed_at VARCHAR NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	due_at VARCHAR NOT NULL, 
	projection TEXT NOT NULL, 
	CONSTRAINT pk_cases PRIMARY KEY (id), 
	CONSTRAINT uq_cases_code UNIQUE (code), 
	CONSTRAINT uq_cases_no UNIQUE (no)
);

CREATE TABLE journal (
	id INTEGER NOT NULL, 
	case_id VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	actor VARCHAR NOT NULL, 
	act VARCHAR NOT NULL, 
	data TEXT NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (id), 
	CONSTRAINT fk_journal_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT uq_journal_case_id_seq UNIQUE (case_id, seq)
);

CREATE TABLE contents (
	case_id VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	salt VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_contents PRIMARY KEY (case_id, digest), 
	CONSTRAINT fk_contents_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE checkpoints (
	id INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	upto INTEGER NOT NULL, 
	heads TEXT NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	CONSTRAINT pk_checkpoints PRIMARY KEY (id)
);

CREATE TABLE asks (
	case_id VARCHAR NOT NULL, 
	visit INTEGER NOT NULL, 
	person VARCHAR NOT NULL, 
	post VARCHAR NOT NULL, 
	for_person VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	box VARCHAR NOT NULL, 
	due_at VARCHAR NOT NULL, 
	entered_at VARCHAR NOT NULL, 
	CONSTRAINT pk_asks PRIMARY KEY (case_id, visit, person), 
	CONSTRAINT fk_asks_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE concerned (
	case_id VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	how VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	CONSTRAINT pk_concerned PRIMARY KEY (case_id, person, how), 
	CONSTRAINT fk_concerned_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE ledger (
	id INTEGER NOT NULL, 
	case_id VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	year INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	reserved FLOAT NOT NULL, 
	used FLOAT NOT NULL, 
	target VARCHAR NOT NULL, 
	CONSTRAINT pk_ledger PRIMARY KEY (id)
);

CREATE TABLE leaves (
	case_id VARCHAR NOT NULL, 
	case_no VARCHAR NOT NULL, 
	procedure VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	starts VARCHAR NOT NULL, 
	ends VARCHAR NOT NULL, 
	days FLOAT NOT NULL, 
	status VARCHAR NOT NULL, 
	slots TEXT NOT NULL, 
	target VARCHAR NOT NULL, 
	returned BOOLEAN NOT NULL, 
	CONSTRAINT pk_leaves PRIMARY KEY (case_id)
);

CREATE TABLE leave_slots (
	person VARCHAR NOT NULL, 
	slot VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	CONSTRAINT pk_leave_slots PRIMARY KEY (person, slot)
);

CREATE TABLE register_rows (
	id INTEGER NOT NULL, 
	register_id VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	cells TEXT NOT NULL, 
	person VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	superseded BOOLEAN NOT NULL, 
	CONSTRAINT pk_register_rows PRIMARY KEY (id)
);

CREATE TABLE seal_status (
	seal VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	since VARCHAR NOT NULL, 
	lent_to VARCHAR NOT NULL, 
	CONSTRAINT pk_seal_status PRIMARY KEY (seal)
);

CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	person VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	card_key VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	visit INTEGER NOT NULL, 
	about VARCHAR NOT NULL, 
	notice VARCHAR NOT NULL, 
	words TEXT NOT NULL, 
	message TEXT NOT NULL, 
	say_key VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	platform_id VARCHAR NOT NULL, 
	error VARCHAR NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (id)
);

CREATE TABLE cards (
	person VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	card_key VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	visit INTEGER NOT NULL, 
	platform_id VARCHAR NOT NULL, 
	CONSTRAINT pk_cards PRIMARY KEY (person, channel, card_key)
);

CREATE TABLE console_messages (
	id INTEGER NOT NULL, 
	person VARCHAR NOT NULL, 
	direction VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	outbox_id INTEGER, 
	at VARCHAR NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_console_messages PRIMARY KEY (id), 
	CONSTRAINT uq_console_messages_outbox_id UNIQUE (outbox_id)
);

CREATE TABLE passes (
	digest VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	ends_at VARCHAR NOT NULL, 
	CONSTRAINT pk_passes PRIMARY KEY (digest)
);

CREATE TABLE vehicles (
	name VARCHAR NOT NULL, 
	turns INTEGER NOT NULL, 
	odometer FLOAT NOT NULL, 
	CONSTRAINT pk_vehicles PRIMARY KEY (name)
);

CREATE TABLE trips (
	case_id VARCHAR NOT NULL, 
	case_no VARCHAR NOT NULL, 
	vehicle VARCHAR NOT NULL, 
	driver VARCHAR NOT NULL, 
	requester VARCHAR NOT NULL, 
	starts VARCHAR NOT NULL, 
	ends VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	destination VARCHAR NOT NULL, 
	passengers VARCHAR NOT NULL, 
	use_kind VARCHAR NOT NULL, 
	long_trip BOOLEAN NOT NULL, 
	odometer_out FLOAT, 
	odometer_in FLOAT, 
	CONSTRAINT pk_trips PRIMARY KEY (case_id)
);

CREATE TABLE "timers" (
	id INTEGER NOT NULL, 
	case_id VARCHAR NOT NULL, 
	visit INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	due_at VARCHAR NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (id), 
	CONSTRAINT uq_timers_case_id_visit_kind UNIQUE (case_id, visit, kind)
);

CREATE INDEX bindings_person ON bindings (person);

CREATE INDEX files_case ON files (case_id);

CREATE INDEX cases_procedure ON cases (procedure, filed_at);

CREATE INDEX asks_box ON asks (person, box);

CREATE INDEX concerned_person ON concerned (person, how, at);

CREATE INDEX ledger_case ON ledger (case_id);

CREATE INDEX ledger_person ON ledger (person, type, year);

CREATE INDEX leaves_person ON leaves (person, ends);

CREATE INDEX leave_slots_case ON leave_slots (case_id);

CREATE INDEX leave_slots_slot ON leave_slots (slot);

CREATE UNIQUE INDEX register_rows_key ON register_rows (register_id, "key") WHERE NOT superseded AND key <> '';

CREATE INDEX register_rows_page ON register_rows (register_id, id);

CREATE INDEX register_rows_person ON register_rows (register_id, person, day);

CREATE INDEX outbox_case ON outbox (case_id);

CREATE INDEX outbox_due ON outbox (status, due_at, id);

CREATE UNIQUE INDEX outbox_say_key ON outbox (person, say_key, channel) WHERE say_key <> '';

CREATE INDEX outbox_card ON outbox (card_key, person, channel) WHERE status = 'queued';

CREATE INDEX outbox_waiting ON outbox (person, channel, id) WHERE status IN ('queued', 'sending');

CREATE INDEX cards_case ON cards (case_id);

CREATE INDEX console_messages_changes ON console_messages (person, version);

CREATE UNIQUE INDEX console_messages_key ON console_messages (person, "key") WHERE key <> '';

CREATE INDEX console_messages_page ON console_messages (person, id);

CREATE INDEX passes_person ON passes (person);

CREATE INDEX passes_ends ON passes (ends_at);

CREATE INDEX trips_vehicle ON trips (vehicle, ends);

CREATE INDEX trips_driver ON trips (driver, ends);

CREATE INDEX trips_ends ON trips (ends);

CREATE INDEX trips_case_no ON trips (case_no);

CREATE INDEX timers_due ON timers (due_at);
