DROP TABLE IF EXISTS doctors;
DROP TABLE IF EXISTS shifts;
CREATE TABLE shifts (
    shift TEXT PRIMARY KEY,
    needed INTEGER NOT NULL
);
CREATE TABLE doctors (
    shift TEXT NOT NULL REFERENCES shifts,
    doctor TEXT NOT NULL,
    on_call BOOLEAN NOT NULL,
    PRIMARY KEY (shift, doctor)
);
