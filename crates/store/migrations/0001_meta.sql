-- Facts about the database itself, by name.
create table meta (
    name text primary key,
    value text not null
);
