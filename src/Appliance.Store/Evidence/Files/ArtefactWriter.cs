using System.Security.Cryptography;
using Appliance.Core.Evidence.Content;
using Appliance.Core.Evidence.Manifests;
using Appliance.Store.Database;

namespace Appliance.Store.Evidence.Files;

/// <summary>
/// Takes the bytes of one artefact: hashes, addresses and encrypts them in one pass. Disposed without <see cref="Finish"/> it
/// leaves nothing behind. Used by one thread at a time.
/// </summary>
public sealed class ArtefactWriter : Stream
{
    private readonly EvidenceFolder _folder;
    private readonly string _part;
    private readonly string _path;
    private readonly string _name;
    private readonly string _mediaType;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SealedStream.KeyBytes);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly UnixFsCid _cid = new();
    private readonly FileStream _file;
    private readonly SealedWriter _sealed;
    private long _length;
    private bool _isFinished;

    internal ArtefactWriter(EvidenceFolder folder, string path, string name, string mediaType)
    {
        (_folder, _path, _name, _mediaType) = (folder, path, name, mediaType);
        _part = folder.NewPart();
        _file = DurableFile.Create(_part);
        _sealed = new SealedWriter(_file, _key);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <exception cref="StoreException">No room on the disk, or it failed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Guard(buffer, static (writer, bytes) =>
        {
            writer._hash.AppendData(bytes);
            writer._cid.Append(bytes);
            writer._sealed.Write(bytes);
        });
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>
    /// The file is whole and in place, on its way to the disk (<see cref="FinishedArtefact.Durable"/>); it still needs its row in the index.
    /// </summary>
    /// <exception cref="StoreException">No room on the disk, or it failed.</exception>
    public FinishedArtefact Finish(string note = "")
    {
        Guard([], static (writer, _) =>
        {
            writer._sealed.Finish();
            writer._file.Flush();
            writer._folder.Place(writer._part, writer._path);
        });
        _isFinished = true;
        // Both at once, and beside the next artefact: a disk answers many in the time of one.
        var durable = Task.WhenAll(Task.Run(SyncFile), Task.Run(SyncFolder));
        var statement = new ArtefactStatement(
            _name, _mediaType, _length, Convert.ToHexStringLower(_hash.GetHashAndReset()), _cid.Finish(), note);
        return new(statement, _path, _key, durable);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sealed.Dispose();
            _hash.Dispose();
            _cid.Dispose();
            if (!_isFinished)
            {
                _file.Dispose();
                File.Delete(_part);
            }
        }

        base.Dispose(disposing);
    }

    private void SyncFile()
    {
        using (_file)
            Guard([], static (writer, _) => RandomAccess.FlushToDisk(writer._file.SafeFileHandle));
    }

    private void SyncFolder() => Guard([], static (writer, _) => writer._folder.Sync(writer._path));

    private delegate void Step(ArtefactWriter writer, ReadOnlySpan<byte> bytes);

    private void Guard(ReadOnlySpan<byte> bytes, Step step)
    {
        try
        {
            step(this, bytes);
        }
        catch (Exception error) when (StoreErrors.From(error, _part) is { } fault && error is not StoreException)
        {
            throw fault;
        }
    }
}

/// <summary>An artefact on disk that the index does not know yet.</summary>
public sealed class FinishedArtefact
{
    internal FinishedArtefact(ArtefactStatement statement, string path, byte[] key, Task durable) =>
        (Statement, Path, Key, Durable) = (statement, path, key, durable);

    /// <summary>For the manifest.</summary>
    public ArtefactStatement Statement { get; }

    /// <summary>Done when no power cut can take it any more; fails with <see cref="StoreException"/>. Sealing waits for it.</summary>
    public Task Durable { get; }

    internal string Path { get; }

    internal byte[] Key { get; }
}
