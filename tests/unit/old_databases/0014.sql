BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0014');
CREATE TABLE "annotations" (
	id VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	start_index BIGINT NOT NULL, 
	end_index BIGINT NOT NULL, 
	label_class_id INTEGER NOT NULL, 
	channels JSON, 
	source VARCHAR(16) NOT NULL, 
	model VARCHAR(36), 
	score FLOAT, 
	status VARCHAR(16) NOT NULL, 
	note TEXT NOT NULL, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	edited_at DATETIME NOT NULL, 
	model_sha256 VARCHAR(64), 
	run VARCHAR(36), 
	decision VARCHAR(16), 
	decided_by TEXT, 
	decided_at DATETIME, settled_by TEXT, settled_at DATETIME, 
	CONSTRAINT pk_annotations PRIMARY KEY (id), 
	CONSTRAINT fk_annotations_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id), 
	CONSTRAINT fk_annotations_label_class_id FOREIGN KEY(label_class_id) REFERENCES label_classes (id)
);
INSERT INTO "annotations" VALUES('df588ebf-40b8-4f22-94f0-ecefc2d38a29',1,10,20,1,NULL,'manual',NULL,NULL,'accepted','','','2026-11-30 03:42:18.241757','2026-11-30 03:42:18.241757',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "annotations" VALUES('0f8f974f-9076-4aa7-9933-61e10e925e34',1,30,30,2,NULL,'manual',NULL,NULL,'accepted','','','2026-11-30 03:42:18.277297','2026-11-30 03:42:18.277297',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE edits (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	uuid VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	summary TEXT NOT NULL, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	undoes INTEGER, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT fk_edits_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id), 
	CONSTRAINT fk_edits_undoes FOREIGN KEY(undoes) REFERENCES edits (id), 
	CONSTRAINT uq_edits_recording_id_revision UNIQUE (recording_id, revision), 
	CONSTRAINT uq_edits_uuid UNIQUE (uuid)
);
INSERT INTO "edits" VALUES(1,'adb51745-0612-492d-a81d-def0da83cf01',1,1,'add','Add QRS 10 – 20','[]','[{"id": "df588ebf-40b8-4f22-94f0-ecefc2d38a29", "recording_id": 1, "start_index": 10, "end_index": 20, "label_class_id": 1, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-30T03:42:18.241757+00:00", "edited_at": "2026-11-30T03:42:18.241757+00:00"}]','done',NULL,'','2026-11-30 03:42:18.265207');
INSERT INTO "edits" VALUES(2,'b240c9a6-fda0-450a-857e-609c9860f86d',1,2,'add','Add =T wave at 30','[]','[{"id": "0f8f974f-9076-4aa7-9933-61e10e925e34", "recording_id": 1, "start_index": 30, "end_index": 30, "label_class_id": 2, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-30T03:42:18.277297+00:00", "edited_at": "2026-11-30T03:42:18.277297+00:00"}]','done',NULL,'','2026-11-30 03:42:18.283287');
INSERT INTO "edits" VALUES(3,'16ba07ff-01de-4417-90a5-362efc38b464',1,3,'add','Add P 50 – 60','[]','[{"id": "5ebcb365-b6cb-46f4-8d66-af817678f2cf", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-30T03:42:18.289661+00:00", "edited_at": "2026-11-30T03:42:18.289661+00:00"}]','undone',NULL,'','2026-11-30 03:42:18.295657');
INSERT INTO "edits" VALUES(4,'07b72eb2-0385-4996-b0f4-ca1df240ed22',1,4,'undo','Undo Add P 50 – 60','[{"id": "5ebcb365-b6cb-46f4-8d66-af817678f2cf", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-30T03:42:18.289661+00:00", "edited_at": "2026-11-30T03:42:18.289661+00:00"}]','[]','step',3,'','2026-11-30 03:42:18.310606');
CREATE TABLE folder_label_sets (
	folder TEXT NOT NULL, 
	label_set_id INTEGER NOT NULL, 
	CONSTRAINT pk_folder_label_sets PRIMARY KEY (folder), 
	CONSTRAINT fk_folder_label_sets_label_set_id FOREIGN KEY(label_set_id) REFERENCES label_sets (id)
);
CREATE TABLE invites (
	id VARCHAR(32) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_invites PRIMARY KEY (id)
);
CREATE TABLE jobs (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	arguments JSON NOT NULL, 
	recording_id INTEGER, 
	owner TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	progress FLOAT NOT NULL, 
	message TEXT NOT NULL, 
	result JSON, 
	error TEXT, 
	pid INTEGER, 
	pid_created FLOAT, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, worker INTEGER, heard_at DATETIME, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT fk_jobs_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id)
);
CREATE TABLE kept_labels (
	id VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	start_index BIGINT NOT NULL, 
	end_index BIGINT NOT NULL, 
	label_class_id INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_kept_labels PRIMARY KEY (id), 
	CONSTRAINT fk_kept_labels_recording_id_recordings FOREIGN KEY(recording_id) REFERENCES recordings (id)
);
CREATE TABLE "label_classes" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	color VARCHAR(64) NOT NULL, 
	hotkey VARCHAR(1), 
	model_index INTEGER, 
	position INTEGER NOT NULL, 
	label_set_id INTEGER NOT NULL, 
	"exclusive" BOOLEAN NOT NULL, 
	deleted_at DATETIME, made_by VARCHAR(36), 
	CONSTRAINT fk_label_classes_label_set_id FOREIGN KEY(label_set_id) REFERENCES label_sets (id), 
	CONSTRAINT uq_label_classes_label_set_id_name UNIQUE (label_set_id, name)
);
INSERT INTO "label_classes" VALUES(1,'QRS','#d604a2','1',NULL,1,1,0,NULL,'adb51745-0612-492d-a81d-def0da83cf01');
INSERT INTO "label_classes" VALUES(2,'=T wave','black','2',NULL,2,1,0,NULL,'b240c9a6-fda0-450a-857e-609c9860f86d');
INSERT INTO "label_classes" VALUES(3,'P','#0072b2','3',NULL,3,1,0,'2026-11-30 03:42:18.311376','16ba07ff-01de-4417-90a5-362efc38b464');
CREATE TABLE label_sets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	position INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	CONSTRAINT uq_label_sets_name UNIQUE (name)
);
INSERT INTO "label_sets" VALUES(1,'Labels',1,'2026-11-30 03:42:18.104247',NULL);
CREATE TABLE models (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR(30) NOT NULL, 
	short_description VARCHAR(30) NOT NULL, 
	remarks VARCHAR(300) NOT NULL, 
	file TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	info JSON NOT NULL, 
	classes JSON, 
	origin VARCHAR(16) NOT NULL, 
	recipe JSON, 
	lineage VARCHAR(36) NOT NULL, 
	version INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	CONSTRAINT pk_models PRIMARY KEY (id)
);
CREATE TABLE preferences (
	name TEXT NOT NULL, 
	value JSON NOT NULL, 
	edited_at DATETIME NOT NULL, 
	CONSTRAINT pk_preferences PRIMARY KEY (name)
);
CREATE TABLE presence (
	page VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_presence PRIMARY KEY (page)
);
CREATE TABLE "recordings" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	path TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	store_key VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	rows BIGINT NOT NULL, 
	time_kind VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	revision INTEGER NOT NULL, 
	saved_revision INTEGER NOT NULL, 
	saved_at DATETIME, 
	saved_labels INTEGER, 
	output_sha256 VARCHAR(64), 
	reading JSON, 
	done_at DATETIME, 
	deleted_at DATETIME, 
	changed BIGINT NOT NULL, 
	seconds FLOAT, 
	place TEXT NOT NULL
, output_json_sha256 VARCHAR(64), labels_revision INTEGER DEFAULT '0' NOT NULL, even BOOLEAN, assigned JSON, output_authors JSON);
INSERT INTO "recordings" VALUES(1,'ward 3/数据.csv','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4',0,1000,'row','2026-11-30 03:42:18.226613',4,0,NULL,NULL,NULL,NULL,NULL,NULL,5,NULL,'ward 3/数据.csv',NULL,4,1,NULL,NULL);
CREATE TABLE runs (
	id VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	model VARCHAR(36) NOT NULL, 
	model_sha256 VARCHAR(64) NOT NULL, 
	store_key VARCHAR(100) NOT NULL, 
	options JSON NOT NULL, 
	suggestions INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id), 
	CONSTRAINT fk_runs_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id), 
	CONSTRAINT fk_runs_model FOREIGN KEY(model) REFERENCES models (id)
);
CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL, 
	user_id INTEGER, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE uploads (
	"key" VARCHAR(64) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	browser VARCHAR(36) NOT NULL, 
	page VARCHAR(36) NOT NULL, 
	batch BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	path TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	place TEXT NOT NULL, 
	recording_id INTEGER, 
	job VARCHAR(36), 
	sent BOOLEAN NOT NULL, 
	detail JSON, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_uploads PRIMARY KEY ("key")
);
CREATE TABLE users (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	password TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	CONSTRAINT uq_users_key UNIQUE ("key")
);
CREATE INDEX ix_edits_recording_id_state ON edits (recording_id, state);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE UNIQUE INDEX uq_recordings_path_live ON recordings (path) WHERE deleted_at IS NULL;
CREATE INDEX ix_recordings_place ON recordings (place);
CREATE INDEX ix_recordings_changed ON recordings (changed);
CREATE UNIQUE INDEX uq_models_name_live ON models (name) WHERE deleted_at IS NULL;
CREATE INDEX ix_models_lineage_version ON models (lineage, version);
CREATE INDEX ix_runs_recording_id_created_at ON runs (recording_id, created_at);
CREATE INDEX ix_runs_model ON runs (model);
CREATE INDEX ix_annotations_recording_id_start_index ON annotations (recording_id, start_index);
CREATE INDEX ix_annotations_label_class_id_recording_id ON annotations (label_class_id, recording_id);
CREATE INDEX ix_annotations_recording_id_status_label_class_id ON annotations (recording_id, status, label_class_id);
CREATE INDEX ix_annotations_model_status_decision ON annotations (model, status, decision);
CREATE INDEX ix_uploads_browser_purpose_state ON uploads (browser, purpose, state);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_presence_recording_id ON presence (recording_id);
CREATE INDEX ix_annotations_author ON annotations (author);
CREATE INDEX ix_edits_recording_id_state_author ON edits (recording_id, state, author);
CREATE INDEX ix_kept_labels_recording_id ON kept_labels (recording_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('label_sets',1);
INSERT INTO "sqlite_sequence" VALUES('label_classes',3);
INSERT INTO "sqlite_sequence" VALUES('recordings',1);
INSERT INTO "sqlite_sequence" VALUES('edits',4);
COMMIT;
