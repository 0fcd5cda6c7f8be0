using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Appliance.Store.Database;

/// <summary>
/// The distribution's libsqlite3, which gets its security fixes from apt, under the name the ADO.NET provider asks for. Probed
/// once; a missing library is a reason, not a crash.
/// </summary>
public static class SqliteLibrary
{
    // The provider's DllImport name; its own bundled copy is not shipped.
    private const string ProviderName = "e_sqlite3";
    private const string FileName = "libsqlite3.so.0";

    // RETURNING needs 3.35; Debian 12 has 3.40.
    private const int MinVersion = 3_035_000;

    private static readonly Lazy<(string? WhyNot, string Version)> s_probe = new(Probe);

    public static bool IsAvailable => WhyNot is null;

    /// <summary>What is missing and which package has it; null = all is well.</summary>
    public static string? WhyNot => s_probe.Value.WhyNot;

    /// <summary>e.g. <c>3.40.1</c>; empty when not available.</summary>
    public static string Version => s_probe.Value.Version;

    /// <exception cref="StoreException"><see cref="StoreFault.LibraryMissing"/>.</exception>
    internal static void Require()
    {
        if (WhyNot is { } reason)
            throw new StoreException(StoreFault.LibraryMissing, reason);
    }

    private static (string?, string) Probe()
    {
        if (!NativeLibrary.TryLoad(FileName, out var library))
            return ($"{FileName} cannot be loaded; install the package libsqlite3-0", "");

        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        var version = raw.sqlite3_libversion().utf8_to_string();
        return raw.sqlite3_libversion_number() < MinVersion
            ? ($"SQLite {version} is too old: 3.35 or newer is needed", version)
            : (null, version);

        nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths) => name == ProviderName ? library : 0;
    }
}
