using System.Globalization;
using System.Reflection;

namespace Appliance.Store.Database;

/// <summary>
/// Brings a database to the schema of this program: numbered scripts in Migrations/ of an assembly, counted in user_version. The box's
/// database takes this assembly's; another program that keeps its own database (the companion) gives its own.
/// </summary>
internal static class Migrator
{
    private const string Folder = "Migrations/";

    /// <summary>The schema this program writes.</summary>
    internal static int Newest { get; } = NewestOf(typeof(Migrator).Assembly);

    /// <summary>The schema that the scripts of an assembly make.</summary>
    internal static int NewestOf(Assembly scripts) => Scripts(scripts).Last().Number;

    /// <summary>Runs what is missing, each script in its own transaction; returns the version before.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.NewerSchema"/>.</exception>
    internal static int Migrate(Session session, Assembly? scripts = null)
    {
        var from = scripts ?? typeof(Migrator).Assembly;
        var before = (int)session.Number("PRAGMA user_version");
        Check(before, NewestOf(from));
        foreach (var (number, name) in Scripts(from).Where(script => script.Number > before))
        {
            session.Run("BEGIN IMMEDIATE");
            try
            {
                session.Run(Read(from, name));
                session.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}; COMMIT"));
            }
            catch
            {
                if (session.InTransaction)
                    session.Run("ROLLBACK");
                throw;
            }
        }

        return before;
    }

    internal static void Check(int version, int? newest = null)
    {
        if (version > (newest ?? Newest))
        {
            throw new StoreException(
                StoreFault.NewerSchema,
                $"the database has schema {version}, this program knows {newest ?? Newest}: it was written by a newer version; "
                + "install that version again or restore an older backup");
        }
    }

    private static IEnumerable<(int Number, string Name)> Scripts(Assembly from) => from
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(name => (Number: int.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture), name))
        .OrderBy(script => script.Number);

    private static string Read(Assembly from, string name)
    {
        using var stream = from.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
