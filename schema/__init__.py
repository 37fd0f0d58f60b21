"""The ground floor: tables, migrations, the write side (store) and the read side (insights)."""
