// src/pg/models/run.cpp: scripts, statement by statement.
#include "pg/models/run.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/note.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

struct Statement {
    std::string text;
    int line;
};

// As the server's own parser separates them.
std::vector<Statement> split(const std::string &sql, const std::string &what)
{
    const Note note(what, sql.c_str());
    List *const parsed = call([&] { return raw_parser(sql.c_str(), RAW_PARSE_DEFAULT); });
    std::vector<Statement> statements;
    for (int i = 0; i < list_length(parsed); ++i) {
        const RawStmt *const statement = castNode(RawStmt, list_nth(parsed, i));
        const auto begin = static_cast<std::size_t>(std::max(statement->stmt_location, 0));
        const std::size_t length =
            statement->stmt_len > 0 ? static_cast<std::size_t>(statement->stmt_len) : sql.size() - begin;
        const std::size_t first = std::min(sql.find_first_not_of(" \t\r\n", begin), begin + length);
        statements.push_back(
            {sql.substr(first, begin + length - first),
             1 + static_cast<int>(std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(first), '\n'))});
    }
    return statements;
}

void run(const Statement &statement, const std::string &where)
{
    const Note note(where);
    const Spi spi;
    const int result = call([&] { return SPI_execute(statement.text.c_str(), false, 0); });
    if (result >= 0) return;
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "a statement of a model cannot be run in a function")
        .detail("It is the " + where + ": " + SPI_result_code_string(result) + ".")
        .hint("Steps run in the transaction of their caller: leave out BEGIN, COMMIT, COPY and the like.");
}

}  // namespace

std::string step_title(std::string_view model, const models::Step &step)
{
    return "step " + std::to_string(step.version) + " " + quoted(to_database(step.name)) + " of model " +
           quoted(to_database(model));
}

const std::string &need_down(std::string_view model, const models::Step &step)
{
    if (step.down) return *step.down;
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, step_title(model, step) + " has no way back");
}

void check_syntax(const std::string &model, const models::Step &step)
{
    const std::string where = step_title(model, step);
    split(std::string(to_database(step.up)), where);
    if (step.down) split(std::string(to_database(*step.down)), where);
}

int run_script(const std::string &sql, const std::string &what, const char *schema)
{
    const PinnedSearchPath path(schema, PinnedSearchPath::For::creating);
    // A step means the same whatever the caller's settings; back with the search_path.
    call([] {
        set_config_option("standard_conforming_strings", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                          false);
    });
    const std::vector<Statement> statements = split(std::string(to_database(sql)), what);
    const Note note(what);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        poll();
        run(statements[i], "statement " + std::to_string(i + 1) + " at line " + std::to_string(statements[i].line));
    }
    return static_cast<int>(statements.size());
}

}  // namespace quire::pg
