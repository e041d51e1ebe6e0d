// test/unit/forms/relations_test.cpp: which relations and columns a form gets, version after version, and their SQL.
#include "core/forms/relations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/forms/relations_sql.hpp"
#include "unit/forms/make_form.hpp"
#include "unit/support/random.hpp"

namespace quire::forms {
namespace {

using Strings = std::vector<std::string>;

const RelationOptions by_id = [] {
    RelationOptions options;
    options.keys = {{"id", "bigint"}};
    return options;
}();

std::string select_of(const std::string &path, const std::string &element, const Strings &choices)
{
    std::string xml = "<" + element + " ref='/data/" + path + "'><label>" + path + "?</label>";
    for (const std::string &choice : choices)
        xml += "<item><label>The " + choice + "</label><value>" + choice + "</value></item>";
    return xml + "</" + element + ">";
}

// The relations of one version after the other.
class Versions {
public:
    explicit Versions(RelationOptions options = by_id) : options_(std::move(options)) {}

    Versions &add(const Form &form)
    {
        made_ = evolve(std::move(made_.relations), form, ++version_, options_);
        return *this;
    }
    Versions &add(const std::string &instance, const std::string &binds = "", const std::string &body = "")
    {
        return add(make_form(instance, binds, body));
    }
    Versions &again(const Form &form)
    {
        made_ = evolve(std::move(made_.relations), form, version_, options_);
        return *this;
    }

    RelationOptions &options() { return options_; }
    const std::vector<Relation> &relations() const { return made_.relations; }
    const Strings &notices() const { return made_.notices; }
    bool rereads() const { return made_.rereads; }
    Strings names() const
    {
        Strings names;
        for (const Relation &relation : relations()) names.push_back(relation.name);
        return names;
    }
    const Relation &operator[](const std::string &name) const
    {
        for (const Relation &relation : relations())
            if (relation.name == name) return relation;
        throw std::out_of_range(name);
    }
    const RelationColumn &column(const std::string &relation, const std::string &name) const
    {
        for (const RelationColumn &column : (*this)[relation].columns)
            if (column.name == name) return column;
        throw std::out_of_range(name);
    }
    // The columns that hold answers: "name type", and the versions when they are not only the newest.
    Strings answers(const std::string &relation = "submissions") const
    {
        Strings told;
        for (const RelationColumn &column : (*this)[relation].columns) {
            if (column.path.empty()) continue;
            told.push_back(column.name + ' ' + column.type);
            if (column.last != version_)
                told.back() += ' ' + std::to_string(column.first) + '-' + std::to_string(column.last);
        }
        return told;
    }

private:
    RelationOptions options_;
    Evolution made_;
    int version_ = 0;
};

TEST(Relations, AreTheRootAndEachRepeat)
{
    const auto made =
        Versions().add("<a/><g><r><b/><s><c/></s></r></g>", "", repeat_of("/data/g/r") + repeat_of("/data/g/r/s"));
    EXPECT_EQ(made.names(), (Strings{"submissions", "g_r", "g_r_s"}));
    EXPECT_EQ(made["g_r_s"].table, "/g/r/s");
    Strings columns;
    for (const RelationColumn &column : made["g_r"].columns) columns.push_back(column.name + ' ' + column.type);
    EXPECT_EQ(columns, (Strings{"source_id bigint", "__id text", "__parent_id text", "__position integer[]",
                                "__problems jsonb", "b text"}));
    EXPECT_EQ(made.answers(), Strings{"a text"});
    EXPECT_TRUE(made.rereads());
    EXPECT_EQ(made.notices(), Strings{});
}

TEST(Relations, HaveColumnsOfTheTypesOfTheirQuestions)
{
    const auto made =
        Versions().add("<a/><b/><c/><d/><e/><f/><g/><h/><i/><j/>",
                       "a:int b:integer c:long d:decimal e:boolean f:date g:time h:dateTime i:string j:geoshape");
    EXPECT_EQ(made.answers(),
              (Strings{"a integer", "b bigint", "c bigint", "d numeric", "e boolean", "f date", "g time",
                       "h timestamp with time zone", "h_offset interval", "i text", "j text", "j_geojson jsonb"}));
    RelationOptions options = by_id;
    options.geometry = "public.geometry";
    EXPECT_EQ(Versions(options).add("<j/>", "j:geotrace").answers(),
              (Strings{"j text", "j_geojson jsonb", "j_geom public.geometry"}));
}

TEST(Relations, ShowChoicesWithTheirLabels)
{
    const std::string body = select_of("one", "select1", {"y", "n"}) + select_of("many", "select", {"a", "b", "a"});
    const auto made = Versions().add("<one/><many/>", "", body);
    EXPECT_EQ(made.answers(), (Strings{"one text", "one_label text", "many text[]", "many_label text[]",
                                       "many_a smallint", "many_b smallint"}));
    EXPECT_EQ(made.column("submissions", "many_a").comment, "many?: The a");
    EXPECT_EQ(made.column("submissions", "one").comment, "one?");
    using Labels = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(made.column("submissions", "one_label").labels, (Labels{{"y", "The y"}, {"n", "The n"}}));

    RelationOptions options = by_id;
    options.labels = options.split_choices = false;
    EXPECT_EQ(Versions(options).add("<one/><many/>", "", body).answers(), (Strings{"one text", "many text[]"}));
    EXPECT_EQ(Versions().add("<n/>", "n:int", select_of("n", "select1", {"1"})).answers(), Strings{"n integer"});
}

TEST(Relations, KeepTheirColumnsWhenQuestionsComeAndGo)
{
    Versions made;
    made.add("<a/><b/>").add("<b/><c/>");
    EXPECT_EQ(made.answers(), (Strings{"a text 1-1", "b text", "c text"}));
    EXPECT_EQ(made.notices(), Strings{});
    made.add("<b/>").add("<a/><b/>");
    EXPECT_EQ(made.answers(), (Strings{"a text", "b text", "c text 2-2"}));
    EXPECT_EQ(made.column("submissions", "a").first, 4);
    EXPECT_EQ(made.column("submissions", "b").first, 1);
}

TEST(Relations, GetAnotherColumnForAnotherType)
{
    Versions made;
    made.add("<a/>", "a:int").add("<a/>", "a:decimal");
    EXPECT_EQ(made.answers(), (Strings{"a integer 1-1", "a_numeric numeric"}));
    EXPECT_EQ(made.notices(),
              Strings{"question \"/a\" has another type now: column \"a\" stays integer, the new column "
                      "\"a_numeric\" is numeric"});
    made.add("<a/>", "a:int");
    EXPECT_EQ(made.answers(), (Strings{"a integer", "a_numeric numeric 2-2"}));
    EXPECT_EQ(made.notices(), Strings{});
    made.add("<a/>", "a:dateTime").add("<a/>", "", select_of("a", "select", {"x"}));
    EXPECT_EQ(made.answers(),
              (Strings{"a integer 3-3", "a_numeric numeric 2-2", "a_timestamptz timestamp with time zone 4-4",
                       "a_timestamptz_offset interval 4-4", "a_multiple text[]", "a_multiple_label text[]",
                       "a_multiple_x smallint"}));
}

TEST(Relations, GetAnotherColumnForAnotherGeometry)
{
    Versions made;
    made.add("<a/>", "a:string").add("<a/>", "a:geopoint").add("<a/>", "a:geotrace");
    EXPECT_EQ(made.answers(), (Strings{"a text", "a_geojson jsonb 2-2", "a_geojson_geotrace jsonb"}));
    EXPECT_EQ(made.notices(),
              Strings{"question \"/a\" has another type now: column \"a_geojson\" stays geopoint, the new "
                      "column \"a_geojson_geotrace\" is geotrace"});
}

TEST(Relations, TakeMovedQuestionsForNewOnes)
{
    Versions made;
    made.add("<a/>").add("<g><a/></g>").add("<g><a/></g>", "", repeat_of("/data/g"));
    EXPECT_EQ(made.names(), (Strings{"submissions", "g"}));
    EXPECT_EQ(made.answers(), (Strings{"a text 1-1", "g_a text 2-2"}));
    EXPECT_EQ(made.answers("g"), Strings{"a text"});
    made.add("<g><a/></g>");
    EXPECT_EQ(made.answers(), (Strings{"a text 1-1", "g_a text"}));
    EXPECT_EQ(made["g"].last(), 3);
    EXPECT_EQ(made["g"].comment, "");
}

TEST(Relations, HaveNamesOfAtMost63Bytes)
{
    const std::string name(70, 'n');
    const auto made = Versions().add("<" + name + "/><" + name + "x/><z" + name + "><q/></z" + name + ">", "",
                                     repeat_of("/data/z" + name));
    const Relation &root = made.relations().front(), &repeat = made.relations().back();
    std::vector<RelationColumn> long_ones(root.columns.end() - 2, root.columns.end());
    for (const RelationColumn &column : long_ones) {
        EXPECT_EQ(column.name.size(), 63u);
        EXPECT_EQ(column.name.substr(0, 55), std::string(54, 'n') + '_');
    }
    EXPECT_NE(long_ones[0].name, long_ones[1].name);
    EXPECT_EQ(long_ones[1].note, name + 'x');
    EXPECT_EQ(repeat.name.size(), 63u);
    ASSERT_EQ(made.notices().size(), 2u);
    EXPECT_EQ(made.notices()[1],
              "2 names were too long or taken; column \"note\" of \"columns\" tells what would have stood there");
    // Whatever else the form has.
    EXPECT_EQ(Versions().add("<a/><" + name + "/>")["submissions"].columns.back().name, long_ones[0].name);
    // A character is not cut in two.
    std::string umlauts;
    while (umlauts.size() < 64) umlauts += "\xC3\xB6";
    EXPECT_EQ(Versions().add("<x" + umlauts + "/>")["submissions"].columns.back().name.size(), 62u);
}

TEST(Relations, TellApartWhatWouldHaveOneName)
{
    const auto made = Versions().add(
        "<a_b/><a><b/></a><xmin/><r><source_id/></r><submissions><x/></submissions>"
        "<columns><x/></columns>",
        "a/b:int", repeat_of("/data/submissions") + repeat_of("/data/columns") + repeat_of("/data/r"));
    const Strings answers = made.answers();
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[0], "a_b text");
    EXPECT_EQ(answers[1].substr(0, 4), "a_b_");
    EXPECT_EQ(answers[1].size(), std::string("a_b_12345678 integer").size());
    EXPECT_EQ(answers[2].substr(0, 5), "xmin_");
    EXPECT_EQ(made.names()[1], "r");
    EXPECT_EQ(made.names()[2].substr(0, 12), "submissions_");
    EXPECT_EQ(made.names()[3].substr(0, 8), "columns_");
    EXPECT_EQ(made.answers("r")[0].substr(0, 10), "source_id_");
}

TEST(Relations, GiveQuestionsTheBetterNames)
{
    const auto made = Versions().add("<a/><a_offset/>", "a:dateTime");
    const Strings answers = made.answers();
    EXPECT_EQ(answers[0], "a timestamp with time zone");
    EXPECT_EQ(answers[1].substr(0, 9), "a_offset_");
    EXPECT_EQ(answers[2], "a_offset text");
}

TEST(Relations, StartWithTheirPrefix)
{
    RelationOptions options = by_id;
    options.prefix = "my ";
    EXPECT_EQ(Versions(options).add("<r><a/></r>", "", repeat_of("/data/r")).names(),
              (Strings{"my submissions", "my r"}));
}

Form bilingual(const std::string &choices = "y")
{
    Form form = make_form("<a/>", "", select_of("a", "select1", {}));
    form.languages = {"English (en)", "Norwegian Bokmal"};
    Node &node = form.nodes[form.find("/a")];
    node.label = {{0, "Question"}, {1, "Spoersmaal"}};
    node.choices.clear();
    for (const char c : choices) node.choices.push_back({{c}, {{0, {'e', c}}, {1, {'n', c}}}});
    return form;
}

TEST(Relations, AreLabelledInTheLanguageAskedFor)
{
    Versions made;
    made.add(bilingual());
    EXPECT_EQ(made.column("submissions", "a").comment, "Question");
    EXPECT_EQ(made.column("submissions", "a_label").detail, "English (en)");
    made.options().language = "Norwegian Bokmal";
    made.again(bilingual());
    EXPECT_EQ(made.answers(), (Strings{"a text", "a_label text", "a_label_Norwegian_Bokmal text"}));
    EXPECT_EQ(made.column("submissions", "a").comment, "Spoersmaal");
    made.options().language.reset();
    made.add(bilingual("yn"));
    EXPECT_EQ(made.answers().size(), 3u);
    using Labels = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(made.column("submissions", "a_label_Norwegian_Bokmal").labels, (Labels{{"y", "ny"}, {"n", "nn"}}));

    Versions norwegian;
    norwegian.options().language = "Norwegian Bokmal";
    norwegian.add(bilingual());
    norwegian.options().language = "English (en)";
    norwegian.again(bilingual());
    EXPECT_EQ(norwegian.answers(), (Strings{"a text", "a_label text", "a_label_en text"}));
}

TEST(Relations, KeepTheLabelsOfChoicesThatAreGone)
{
    Versions made;
    made.add(bilingual("ab")).add(bilingual("bc"));
    EXPECT_TRUE(made.rereads());
    using Labels = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(made.column("submissions", "a_label").labels, (Labels{{"a", "ea"}, {"b", "eb"}, {"c", "ec"}}));
}

TEST(Relations, ReadChoicesThatAreGoneWithTheNewestVersion)
{
    Versions made;
    made.add("<a/>", "", select_of("a", "select", {"x", "y"})).add("<a/>", "", select_of("a", "select", {"y"}));
    EXPECT_EQ(made.answers(), (Strings{"a text[]", "a_label text[]", "a_x smallint", "a_y smallint"}));
    made.options().labels = made.options().split_choices = false;
    made.add("<a/>", "", select_of("a", "select", {"y"}));
    EXPECT_EQ(made.answers(), (Strings{"a text[]", "a_label text[]", "a_x smallint", "a_y smallint"}));
    EXPECT_FALSE(made.rereads());
    made.add("<a/>");
    EXPECT_EQ(made.answers(),
              (Strings{"a text[] 1-3", "a_label text[] 1-3", "a_x smallint 1-3", "a_y smallint 1-3", "a_text text"}));
}

TEST(Relations, AreReadAnewOnlyWhenTheyWouldBeOthers)
{
    Versions made;
    const Form first = make_form("<a/><r><b/></r>", "", repeat_of("/data/r"));
    EXPECT_TRUE(made.add(first).rereads());
    EXPECT_FALSE(made.again(first).rereads());
    EXPECT_FALSE(made.add("<r><b/></r><a/>", "", repeat_of("/data/r")).rereads());
    EXPECT_TRUE(made.add("<a/>").rereads());
    EXPECT_FALSE(made.add("<a/>", "a:string").rereads());
    EXPECT_TRUE(made.add("<a/><r><b/></r>", "", repeat_of("/data/r")).rereads());
    EXPECT_TRUE(made.add("<a/><r/>", "", repeat_of("/data/r")).rereads());
}

TEST(Relations, GoOnInAnotherWhereOneIsFull)
{
    std::string instance;
    for (int i = 0; i < 1600; ++i) instance += "<q" + std::to_string(i) + "/>";
    Versions views;
    views.add(instance);
    EXPECT_EQ(views.names(), (Strings{"submissions", "submissions_2"}));
    EXPECT_EQ(views["submissions"].columns.size(), 1500u);
    EXPECT_EQ(views["submissions_2"].columns.size(), 103u + 3u);
    EXPECT_EQ(views.notices(),
              Strings{"what does not fit into \"submissions\" is in \"submissions_2\", with the same key"});
    views.add(instance + "<more/>");
    EXPECT_EQ(views["submissions_2"].columns.size(), 103u + 4u);
    EXPECT_EQ(views["submissions"].last(), 2);

    RelationOptions options = by_id;
    options.stored = true;
    EXPECT_EQ(Versions(options).add(instance).names(),
              (Strings{"submissions", "submissions_2", "submissions_3", "submissions_4", "submissions_5"}));
    std::string binds;
    for (int i = 315; i < 330; ++i)
        binds.append(i == 315 ? "" : " ").append("q").append(std::to_string(i)).append(":geopoint");
    const auto places = Versions(options).add(instance, binds);
    EXPECT_EQ(places["submissions"].columns.back().holds, Holds::geojson)
        << "what belongs to one question stays together";
    EXPECT_EQ(places["submissions_2"].columns[3].holds, Holds::value);
}

TEST(Relations, GetTheKeyWhenTheSourceDoes)
{
    Versions made{RelationOptions{}};
    made.add("<source_id/>");
    made.options().keys = {{"id", "bigint"}};
    made.add("<source_id/>");
    const RelationColumn &last = made["submissions"].columns.back();
    EXPECT_EQ(last.holds, Holds::key);
    EXPECT_EQ(last.name.substr(0, 10), "source_id_");
}

// A form of some of a few questions, in groups and repeats that change their minds.
Form any_form(test::Random &random)
{
    static constexpr const char *types[] = {"int", "decimal", "string", "dateTime", "geopoint", "geotrace"};
    std::string binds, body;
    const auto questions = [&](const std::string &container) {
        std::string inside;
        for (const std::string name : {"a", "b", "g_a", "h_b", "a_offset", "xmin"}) {
            if (random.one_in(3)) continue;
            const std::string path = container + name;
            inside += "<" + name + "/>";
            if (random.one_in(4))
                body += select_of(path, random.one_in(2) ? "select" : "select1", {"x", random.one_in(2) ? "y" : "z"});
            else
                binds += (binds.empty() ? "" : " ") + path + ":" + types[random.below(std::size(types))];
        }
        return inside;
    };
    std::string instance = "<i/>" + questions("");
    if (!random.one_in(5)) instance += "<g><i/>" + questions("g/") + "<h><i/>" + questions("g/h/") + "</h></g>";
    if (!random.one_in(5)) instance += "<g_h><i/>" + questions("g_h/") + "</g_h>";
    for (const std::string path : {"g", "g/h", "g_h"})
        if (random.one_in(2)) body += repeat_of("/data/" + path);
    return make_form(instance, binds, body);
}

void expect_sound(const Versions &made, const Form &form, int version)
{
    std::set<std::string> relations;
    for (const Relation &relation : made.relations()) {
        EXPECT_TRUE(relations.insert(relation.name).second) << relation.name;
        std::set<std::string> names;
        for (const RelationColumn &column : relation.columns) {
            EXPECT_TRUE(names.insert(column.name).second) << column.name;
            EXPECT_LE(column.name.size(), max_identifier);
            EXPECT_LE(column.first, column.last);
            EXPECT_LE(column.last, relation.last()) << column.name;
        }
        EXPECT_LE(relation.last(), version);
    }
    for (const Node &node : form.nodes) {
        if (!node.is_leaf()) continue;
        int current = 0;
        for (const Relation &relation : made.relations())
            for (const RelationColumn &column : relation.columns)
                current += relation.table == form[node.repeat].path && column.path == node.path &&
                           column.holds == Holds::value && column.last == version;
        EXPECT_EQ(current, 1) << node.path;
    }
}

void expect_grown(const std::vector<Relation> &before, const std::vector<Relation> &now)
{
    ASSERT_GE(now.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(now[i].name, before[i].name);
        ASSERT_GE(now[i].columns.size(), before[i].columns.size());
        for (std::size_t j = 0; j < before[i].columns.size(); ++j) {
            EXPECT_EQ(now[i].columns[j].name, before[i].columns[j].name);
            EXPECT_TRUE(is_same(now[i].columns[j], before[i].columns[j]));
        }
    }
}

TEST(Relations, OnlyGrowWhateverBecomesOfTheForm)
{
    test::Random random(2024);
    for (int round = 0; round < 50; ++round) {
        Versions made;
        for (int version = 1; version <= 12; ++version) {
            const std::vector<Relation> before = made.relations();
            const Form form = any_form(random);
            made.add(form);
            expect_sound(made, form, version);
            expect_grown(before, made.relations());
            const std::vector<Relation> after = made.relations();
            made.again(form);
            EXPECT_FALSE(made.rereads());
            expect_grown(made.relations(), after);
        }
    }
}

// --- SQL ---

RelationWriter writer(std::string condition = "")
{
    return {"s", "p_", {"public.subs", "xml", std::move(condition), {{"id", "bigint", "OPERATOR(pg_catalog.=)"}}}};
}

std::size_t count(const std::string &text, const std::string &part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST(RelationsSql, QuotesNamesAndTexts)
{
    EXPECT_EQ(quote_identifier("a \"b\""), "\"a \"\"b\"\"\"");
    EXPECT_EQ(quote_literal("it's"), "'it''s'");
    EXPECT_EQ(quote_literal("a\\b'c"), " E'a\\\\b''c'");
}

TEST(RelationsSql, ReadsEachSubmissionOnceForAView)
{
    Versions made;
    made.add("<a/><b/>", "a:int");
    EXPECT_EQ(
        writer().create_view(made["submissions"]),
        "CREATE OR REPLACE VIEW \"s\".\"submissions\" WITH (security_invoker = true) AS\n"
        "SELECT s.\"id\" AS \"source_id\",\n    r.\"__id\" AS \"__id\",\n    r.\"__problems\" AS \"__problems\",\n"
        "    r.\"a\" AS \"a\",\n    r.\"b\" AS \"b\"\nFROM public.subs AS s\n"
        "LEFT JOIN LATERAL quire.record(\"s\".\"p_form_1\"(), s.\"xml\"::pg_catalog.text, 'Submissions', "
        "'{\"on_error\": \"null\", \"columns\": [\"__id\", \"__problems\", \"/a\", \"/b\"]}') "
        "AS r(\"__id\" text, \"__problems\" jsonb, \"a\" integer, \"b\" text) ON true");
}

TEST(RelationsSql, ReadsWithAsFewOldVersionsAsCanBe)
{
    Versions made;
    made.add("<a/><b/>").add("<b/><c/>").add("<c/><d/>").add("<d/><e/>").add("<e/>");
    const std::string sql = writer().create_view(made["submissions"]);
    EXPECT_EQ(count(sql, "quire.record("), 3u);
    EXPECT_EQ(count(sql, "p_form_5"), 1u);
    EXPECT_EQ(count(sql, "p_form_1"), 1u) << "a and b";
    EXPECT_EQ(count(sql, "p_form_3"), 1u) << "c and d";
    EXPECT_NE(sql.find("ROWS FROM ("), std::string::npos);
}

TEST(RelationsSql, GoesOnReadingARepeatThatIsGone)
{
    Versions made;
    made.add("<r><a/></r>", "", repeat_of("/data/r")).add("<x/>");
    const std::string sql = writer().create_view(made["r"]);
    EXPECT_EQ(count(sql, "quire.record("), 1u);
    EXPECT_NE(sql.find("CROSS JOIN LATERAL quire.record(\"s\".\"p_form_1\"(), s.\"xml\"::pg_catalog.text, '/r'"),
              std::string::npos);
}

TEST(RelationsSql, LooksLabelsUpInWhatWasChosen)
{
    Versions made;
    made.add("<o/><m/>", "", select_of("o", "select1", {"it's", "a\"b"}) + select_of("m", "select", {"x"}));
    const std::string sql = writer().create_view(made["submissions"]);
    EXPECT_NE(
        sql.find(
            R"(( E'{"it''s": "The it''s", "a\\"b": "The a\\"b"}'::pg_catalog.jsonb OPERATOR(pg_catalog.->>) r."o") AS "o_label")"),
        std::string::npos)
        << sql;
    EXPECT_NE(sql.find(R"(quire.choice_labels(r."m", '{"x": "The x"}'::pg_catalog.jsonb) AS "m_label")"),
              std::string::npos)
        << sql;
    EXPECT_NE(sql.find("/m#=x"), std::string::npos);
}

TEST(RelationsSql, AsksForAnAnswerThatOnlyItsLabelNeeds)
{
    Relation relation{"r", "", {}, ""};
    relation.columns.resize(2);
    relation.columns[0] = {.name = "__id",
                           .holds = Holds::id,
                           .type = "text",
                           .path = "",
                           .detail = "",
                           .first = 1,
                           .last = 1,
                           .note = "",
                           .labels = {},
                           .comment = ""};
    relation.columns[1] = {.name = "l",
                           .holds = Holds::label,
                           .type = "text",
                           .path = "/a",
                           .detail = "en",
                           .first = 1,
                           .last = 1,
                           .note = "",
                           .labels = {{"x", "X"}},
                           .comment = ""};
    const std::string sql = writer().create_view(relation);
    EXPECT_NE(sql.find("r.\"#1\") AS \"l\""), std::string::npos) << sql;
    EXPECT_NE(sql.find("AS r(\"__id\" text, \"#1\" text)"), std::string::npos) << sql;
}

TEST(RelationsSql, CountsOnlyTheRowsOfTheCondition)
{
    Versions made;
    made.add("<a/>");
    const RelationWriter filtered = writer("s.form = 5 -- mine");
    EXPECT_NE(filtered.create_view(made["submissions"]).find("\nWHERE (s.form = 5 -- mine\n)"), std::string::npos);
    EXPECT_NE(filtered.fill(made["submissions"]).find(" AND (s.form = 5 -- mine\n)"), std::string::npos);
    for (const std::string &sql : filtered.create_triggers(made.relations())) {
        if (sql.find("_rows AS s") == std::string::npos) continue;
        EXPECT_NE(sql.find("_rows AS s WHERE (s.form = 5 -- mine\n)"), std::string::npos) << sql;
    }
}

TEST(RelationsSql, NamesTriggersByWhatTheyFill)
{
    Versions made;
    made.add("<a/>");
    const auto named = [&](const RelationWriter &by) {
        const Strings all = by.create_triggers(made.relations());
        return std::count_if(all.begin(), all.end(), [](const std::string &sql) {
            return sql.find(
                       "TRIGGER \"quire_s_p_insert\" AFTER INSERT ON public.subs REFERENCING NEW TABLE AS new_rows FOR "
                       "EACH STATEMENT EXECUTE FUNCTION \"s\".\"p_on_insert\"()") != std::string::npos;
        });
    };
    EXPECT_EQ(named(writer()), 1);
    const RelationWriter longest(std::string(63, 's'), "p", {"t", "xml", "", {{"id", "int", "="}}});
    for (const std::string &sql : longest.create_triggers(made.relations())) {
        const std::size_t name = sql.find("TRIGGER \"");
        if (name == std::string::npos) continue;
        EXPECT_LE(sql.find('"', name + 9) - name - 9, max_identifier) << sql;
    }
}

}  // namespace
}  // namespace quire::forms
