CREATE TABLE evaluators (id int PRIMARY KEY);
-- down
DROP TABLE evaluators;
