BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "annotations" VALUES('7d640ed4-5bbb-4a84-bc3e-4f3f3cd29263',1,10,20,1,NULL,'manual',NULL,NULL,'accepted','','','2026-11-23 21:42:25.412611','2026-11-23 21:42:25.412611');
INSERT INTO "annotations" VALUES('7b58c9d3-70b2-4d0d-bb01-47b6fa528c34',1,30,30,2,NULL,'manual',NULL,NULL,'accepted','','','2026-11-23 21:42:25.422847','2026-11-23 21:42:25.422847');
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
INSERT INTO "edits" VALUES(1,'d4e44985-b150-437c-8a0d-cc6fb747fc08',1,1,'add','Add QRS','[]','[{"id": "7d640ed4-5bbb-4a84-bc3e-4f3f3cd29263", "recording_id": 1, "start_index": 10, "end_index": 20, "label_class_id": 1, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-23T21:42:25.412611+00:00", "edited_at": "2026-11-23T21:42:25.412611+00:00"}]','done',NULL,'','2026-11-23 21:42:25.414559');
INSERT INTO "edits" VALUES(2,'7cd9780c-a87f-4c27-ba69-c9ae31f3895c',1,2,'add','Add =T wave','[]','[{"id": "7b58c9d3-70b2-4d0d-bb01-47b6fa528c34", "recording_id": 1, "start_index": 30, "end_index": 30, "label_class_id": 2, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-23T21:42:25.422847+00:00", "edited_at": "2026-11-23T21:42:25.422847+00:00"}]','done',NULL,'','2026-11-23 21:42:25.423380');
INSERT INTO "edits" VALUES(3,'3dad0a53-b9a3-430a-a731-d04f424e8417',1,3,'add','Add P','[]','[{"id": "8cd42246-3bae-4c9b-b552-bfd37b8c4b25", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-23T21:42:25.429426+00:00", "edited_at": "2026-11-23T21:42:25.429426+00:00"}]','undone',NULL,'','2026-11-23 21:42:25.430108');
INSERT INTO "edits" VALUES(4,'efc73f9e-3738-4c8a-a03c-b03fb2c3761a',1,4,'undo','Undo Add P','[{"id": "8cd42246-3bae-4c9b-b552-bfd37b8c4b25", "recording_id": 1, "start_index": 50, "end_index": 60, "label_class_id": 3, "channels": null, "source": "manual", "model": null, "score": null, "status": "accepted", "note": "", "author": "", "created_at": "2026-11-23T21:42:25.429426+00:00", "edited_at": "2026-11-23T21:42:25.429426+00:00"}]','[]','step',3,'','2026-11-23 21:42:25.439455');
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
CREATE TABLE label_classes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	color VARCHAR(64) NOT NULL, 
	hotkey VARCHAR(1), 
	model_index INTEGER, 
	position INTEGER NOT NULL, 
	CONSTRAINT uq_label_classes_name UNIQUE (name)
);
INSERT INTO "label_classes" VALUES(1,'QRS','#d604a2','1',NULL,1);
INSERT INTO "label_classes" VALUES(2,'=T wave','black','2',NULL,2);
INSERT INTO "label_classes" VALUES(3,'P','#0072b2','3',NULL,3);
CREATE TABLE recordings (
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
	CONSTRAINT uq_recordings_path UNIQUE (path)
);
INSERT INTO "recordings" VALUES(1,'ward 3/数据.csv','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4','6dc31ae4d903fee3f9539beabde5976230c7f5e7c7f88597cee8b2f6e4154fb4',0,1000,'row','2026-11-23 21:42:25.404882',4,0,NULL,NULL,NULL);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE INDEX ix_annotations_label_class_id ON annotations (label_class_id);
CREATE INDEX ix_annotations_recording_id_start_index ON annotations (recording_id, start_index);
CREATE INDEX ix_annotations_recording_id_status ON annotations (recording_id, status);
CREATE INDEX ix_edits_recording_id_state ON edits (recording_id, state);
CREATE INDEX ix_jobs_state ON jobs (state);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('recordings',1);
INSERT INTO "sqlite_sequence" VALUES('label_classes',3);
INSERT INTO "sqlite_sequence" VALUES('edits',4);
COMMIT;
