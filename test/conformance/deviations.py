# Where quire does not do what a peer does, and why; docs/forms.md tells users. A deviation is (file, pattern of the
# case's name, start of quire's error or '', reason). It counts only where a case really differs.

ILL_FORMED = "ill-formed XML is an error by contract; the peer reads what it can"
DUPLICATE = "two nodes with one path are refused when the form comes in"
MISSING = "a form without model or instance is refused when it comes in"
REPEATS = "a repeat or select with a prefixed or relative path is what the form says"
PIECES = "text cut by an entity, a comment or an element inside is joined for every type"
GEO = "coordinates outside the globe are none; white space around points does not lose them"
NO_ID = "a form without id has the id NULL"
DECODED = "entities in names and ids are decoded"
LINES = "line ends are those of XML"
ENTITIES = "what the peer finds wrong later is found here"

FORM_FILES = ("fields", "meta", "attachments", "edmx")
SUBMISSION_FILES = ("fieldstream", "selectmultiple", "attachments", "odata", "csv", "entity", "entity-recorded",
                    "submission-meta", "diff")

DEVIATIONS = (
    [(name, "*", "2200N", ILL_FORMED) for name in sorted({*FORM_FILES, *SUBMISSION_FILES})]
    + [(name, pattern, "22P02", DUPLICATE) for name in FORM_FILES
       for pattern in ("form#379a8b5f*", "synthetic.dupfield*")]
    + [("attachments", pattern, "22P02", MISSING)
       for pattern in ("noid#*", "synthetic.nomodel", "synthetic.noinstance", "synthetic.emptyxml")]
    + [("attachments", "synthetic.att", "", "an image in a subfolder of jr://images/ is no file, where the peer has one without name")]
    + [("diff", pattern, "", "a group that the form does not have is one text; the peer flattens it")
       for pattern in ("form#e3657036*", "mycoolform#db09c18c*")]
    + [(name, pattern, "", REPEATS) for name, patterns in (
           ("fields", ("synthetic.nsform", "synthetic.relrepeat", "synthetic.selects")),
           ("edmx", ("synthetic.nsform", "synthetic.relrepeat")), ("odata", ("synthetic.nsform*",)),
           ("csv", ("synthetic.nsform*",)), ("selectmultiple", ("synthetic.selects*",))) for pattern in patterns]
    + [
        ("fields", "synthetic.relbind", "", "a bind without nodeset is passed over, with a warning; the peer crashes"),
        ("fields", "synthetic.nochildren", "", "an instance root without children has no fields; the peer crashes"),
        ("meta", "synthetic.noid", "", NO_ID),
        ("meta", "synthetic.emptyid", "", NO_ID),
        ("meta", "synthetic.firstinstancesecondary", "", NO_ID),
        ("meta", "synthetic.entitytitle", "", DECODED),
        ("edmx", "synthetic.entitytitle", "", DECODED),
        ("fieldstream", "synthetic.scalars.child", "", PIECES),
        ("fieldstream", "synthetic.scalars.newline", "", LINES),
        ("odata", "synthetic.scalars.newline", "", LINES),
        ("odata", "synthetic.scalars.entities", "", PIECES),
        ("odata", "synthetic.scalars.comment", "", PIECES),
        ("odata", "synthetic.geo.entitysplit", "", PIECES),
        ("odata", "synthetic.geo.ws", "", GEO),
        ("odata", "synthetic.geo.oob", "", GEO),
        ("odata", "synthetic.geo.trace_sp", "", GEO),
        ("odata", "synthetic.geo.trace_nl", "", GEO),
        ("odata", "synthetic.scalars.dateonly_in_dtm", "", "a date in a dateTime question gets no ':00'"),
        ("odata", "synthetic.names.two", "", "texts of questions with one OData name join in the order of the form"),
        ("odata", "synthetic.enc.noinstanceid", "", "what says that it is encrypted is, even without an instance id"),
        ("datasets", "*", "22023", "two questions may not be saved to one property; the peer says so later"),
        ("audits", "synthetic19", "", "a column __proto__ is one like any other"),
        ("submission-meta", "synthetic.scalars.orx", "", DECODED),
        ("submission-meta", "synthetic.deep.specialid", "", DECODED),
    ]
    + [("entity", name, "", ENTITIES)
       for name in ("synthetic.ent.update_base0", "synthetic.ent.nodataset", "testData.updateEntity/sub#d7c46b68",
                    "testData.simpleEntity/sub#fc7f5322", "testData.updateEntity/sub#91c0bc85")]
)
