using Microsoft.Data.Sqlite;

namespace Appliance.Store.Keys;

/// <summary>
/// A column of sealed records, for rotation. Rows come as (row key, record, what identifies it…), keyed by an integer so that
/// a batch goes on where the last one ended.
/// </summary>
internal sealed class SealedColumn(string source, string rowKey, string column, string identity, Func<SqliteDataReader, SealedFor> identify)
{
    private static readonly string s_keyId = $"{KeyRing.SqlKeyIdAt}, {StoreKey.IdBytes}";

    internal Func<SqliteDataReader, SealedFor> Identify { get; } = identify;

    /// <summary>?1 = rows after this key, ?2 = id of the active key, ?3 = how many.</summary>
    internal string Select { get; } =
        $"SELECT {rowKey}, {column}, {identity} FROM {source} WHERE {rowKey} > ?1 AND {column} IS NOT NULL "
        + $"AND substr({column}, {s_keyId}) <> ?2 ORDER BY {rowKey} LIMIT ?3";

    internal string KeyIds { get; } =
        $"SELECT DISTINCT substr({column}, {s_keyId}) FROM {source} WHERE {column} IS NOT NULL";

    /// <summary>?1 = row key, ?2 = the record.</summary>
    internal string Update { get; } =
        $"UPDATE {source.Split(' ')[0]} SET {column.Split('.')[^1]} = ?2 WHERE {rowKey.Split('.')[^1]} = ?1";
}
