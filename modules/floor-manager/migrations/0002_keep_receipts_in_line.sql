-- Why: a receipt is a little over two kilobytes, from where on the server would compress it, in vain since it is a signature over
-- base64url, and put it beside the table in pieces. It stays in its row up to a whole page.
-- Older code survives this: yes, it reads and writes the same.
ALTER TABLE floor_manager.receipts SET (toast_tuple_target = 8160);
