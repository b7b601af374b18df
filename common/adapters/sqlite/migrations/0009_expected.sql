-- An order may say which digest its result has to have; NULL: any.

ALTER TABLE orders ADD COLUMN expected TEXT;
