using System.Globalization;

namespace Appliance.Store.Database;

/// <summary>Brings a database to the schema of this program: numbered scripts in Migrations/, counted in user_version.</summary>
internal static class Migrator
{
    private const string Folder = "Migrations/";

    /// <summary>The schema this program writes.</summary>
    internal static int Newest { get; } = Scripts().Last().Number;

    /// <summary>Runs what is missing, each script in its own transaction; returns the version before.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.NewerSchema"/>.</exception>
    internal static int Migrate(Session session)
    {
        var before = (int)session.Number("PRAGMA user_version");
        Check(before);
        foreach (var (number, name) in Scripts().Where(script => script.Number > before))
        {
            session.Run("BEGIN IMMEDIATE");
            try
            {
                session.Run(Read(name));
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

    internal static void Check(int version)
    {
        if (version > Newest)
        {
            throw new StoreException(
                StoreFault.NewerSchema,
                $"the database has schema {version}, this program knows {Newest}: it was written by a newer version; "
                + "install that version again or restore an older backup");
        }
    }

    private static IEnumerable<(int Number, string Name)> Scripts() => typeof(Migrator).Assembly
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(name => (Number: int.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture), name))
        .OrderBy(script => script.Number);

    private static string Read(string name)
    {
        using var stream = typeof(Migrator).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
