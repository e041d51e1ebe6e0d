-- quire 0.3.0 to 0.4.0: the models' steps are in the library.

SET LOCAL search_path TO pg_catalog, pg_temp;
