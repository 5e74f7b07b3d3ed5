BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE annotations (
	id VARCHAR(36) NOT NULL, 
	recording_id INTEGER NOT NULL, 
	start_index BIGINT NOT NULL, 
	end_index BIGINT NOT NULL, 
	label_class_id INTEGER NOT NULL, 
	channels JSON, 
	source VARCHAR(16) NOT NULL, 
	model TEXT, 
	score FLOAT, 
	status VARCHAR(16) NOT NULL, 
	note TEXT NOT NULL, 
	author TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	edited_at DATETIME NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (id), 
	CONSTRAINT fk_annotations_label_class_id FOREIGN KEY(label_class_id) REFERENCES label_classes (id), 
	CONSTRAINT fk_annotations_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id)
);
INSERT INTO "annotations" VALUES('de50376d-9367-4dff-aa37-68f328fa5bd6',1,10,20,1,NULL,'manual',NULL,NULL,'accepted','','','2026-11-24 16:06:04.036533','2026-11-24 16:06:04.036533');
INSERT INTO "annotations" VALUES('9336022d-cd4c-421c-93a0-347c13f9d998',1,30,30,2,NULL,'manual',NULL,NULL,'accepted','','','2026-11-24 16:06:04.096996','2026-11-24 16:06:04.096996');
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
INSERT INTO "edits" VALUES(1,'4a684224-af17-4d86-963a-dc3ccc175972',1,1,'add','Add QRS','[]','[{"id": "de50376d-9367-4dff-aa37-68f328fa5bd6", "recording_id": 1, "start_index": 10, "end_index": 20, "label_class_id": 1, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-24T16:06:04.036533+00:00", "edited_at": "2026-11-24T16:06:04.036533+00:00"}]','done',NULL,'','2026-11-24 16:06:04.070587');
INSERT INTO "edits" VALUES(2,'97c63b80-10d9-4009-9e77-9f1dccff61bb',1,2,'add','Add =T wave','[]','[{"id": "9336022d-cd4c-421c-93a0-347c13f9d998", "recording_id": 1, "start_index": 30, "end_index": 30, "label_class_id": 2, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-24T16:06:04.096996+00:00", "edited_at": "2026-11-24T16:06:04.096996+00:00"}]','done',NULL,'','2026-11-24 16:06:04.108338');
INSERT INTO "edits" VALUES(3,'f8c3a080-6db8-4fed-9f58-de1c39d00fd9',1,3,'add','Add P','[]','[{"id": "c82d05f9-fe5c-4649-88f2-4a7aa57c83ae", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-24T16:06:04.120996+00:00", "edited_at": "2026-11-24T16:06:04.120996+00:00"}]','undone',NULL,'','2026-11-24 16:06:04.128242');
INSERT INTO "edits" VALUES(4,'0169353b-762c-40f2-bd14-e4e506a8d0d8',1,4,'undo','Undo Add P','[{"id": "c82d05f9-fe5c-4649-88f2-4a7aa57c83ae", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-24T16:06:04.120996+00:00", "edited_at": "2026-11-24T16:06:04.120996+00:00"}]','[]','step',3,'','2026-11-24 16:06:04.146399');
CREATE TABLE folder_label_sets (
	folder TEXT NOT NULL, 
	label_set_id INTEGER NOT NULL, 
	CONSTRAINT pk_folder_label_sets PRIMARY KEY (folder), 
	CONSTRAINT fk_folder_label_sets_label_set_id FOREIGN KEY(label_set_id) REFERENCES label_sets (id)
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
	finished_at DATETIME, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT fk_jobs_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id)
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
	deleted_at DATETIME, 
	CONSTRAINT uq_label_classes_label_set_id_name UNIQUE (label_set_id, name), 
	CONSTRAINT fk_label_classes_label_set_id FOREIGN KEY(label_set_id) REFERENCES label_sets (id)
);
INSERT INTO "label_classes" VALUES(1,'QRS','#d604a2','1',NULL,1,1,0,NULL);
INSERT INTO "label_classes" VALUES(2,'=T wave','black','2',NULL,2,1,0,NULL);
INSERT INTO "label_classes" VALUES(3,'P','#0072b2','3',NULL,3,1,0,NULL);
CREATE TABLE label_sets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	position INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	CONSTRAINT uq_label_sets_name UNIQUE (name)
);
INSERT INTO "label_sets" VALUES(1,'Labels',1,'2026-11-24 16:06:03.968481',NULL);
CREATE TABLE preferences (
	name TEXT NOT NULL, 
	value JSON NOT NULL, 
	edited_at DATETIME NOT NULL, 
	CONSTRAINT pk_preferences PRIMARY KEY (name)
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
);
INSERT INTO "recordings" VALUES(1,'ward 3/数据.csv','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4',0,1000,'row','2026-11-24 16:06:04.026086',4,0,NULL,NULL,NULL,NULL,NULL,NULL,5,NULL,'ward 3/数据.csv');
CREATE INDEX ix_annotations_recording_id_start_index ON annotations (recording_id, start_index);
CREATE INDEX ix_edits_recording_id_state ON edits (recording_id, state);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_annotations_label_class_id_recording_id ON annotations (label_class_id, recording_id);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE UNIQUE INDEX uq_recordings_path_live ON recordings (path) WHERE deleted_at IS NULL;
CREATE INDEX ix_recordings_place ON recordings (place);
CREATE INDEX ix_recordings_changed ON recordings (changed);
CREATE INDEX ix_annotations_recording_id_status_label_class_id ON annotations (recording_id, status, label_class_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('label_sets',1);
INSERT INTO "sqlite_sequence" VALUES('label_classes',3);
INSERT INTO "sqlite_sequence" VALUES('recordings',1);
INSERT INTO "sqlite_sequence" VALUES('edits',4);
COMMIT;
