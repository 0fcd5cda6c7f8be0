using System.Security.Cryptography;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Installing;

/// <summary>A folder, a USB stick or a file from which a model is taken: found by its name, or under any name by its hash.</summary>
internal static class ModelSourceFolder
{
    private const int MaxDepth = 4;
    private const int BufferSize = 1 << 20;

    /// <summary>The file that is the model.</summary>
    /// <exception cref="InstallException">There is none, or the one of that name is something else.</exception>
    internal static string Find(ModelEntry model, string from)
    {
        if (File.Exists(from))
            return Check(model, from) ?? throw Wrong(model, from);
        if (!Directory.Exists(from))
            throw new InstallException(InstallFault.NotInFolder, $"{from}: no such folder");

        string? impostor = null;
        try
        {
            // Those of its name first: on a stick full of models only they are hashed.
            foreach (var path in Candidates(model, from).OrderByDescending(path => Path.GetFileName(path) == model.File))
            {
                if (Check(model, path) is { } found)
                    return found;
                if (Path.GetFileName(path) == model.File)
                    impostor = path;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(InstallFault.Io, $"{from}: {error.Message}", error);
        }

        throw impostor is null
            ? new InstallException(
                InstallFault.NotInFolder, $"{from} holds no {model.File}, and no file of {model.Bytes} bytes with SHA-256 {model.Sha256}")
            : Wrong(model, impostor);
    }

    /// <exception cref="InstallException">It cannot be read or written.</exception>
    internal static void Copy(ModelEntry model, string path, PartFile part, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[BufferSize];
            part.Restart(null);
            int count;
            while ((count = file.Read(buffer)) > 0)
            {
                cancel.ThrowIfCancellationRequested();
                part.Append(buffer.AsSpan(0, count));
                progress?.Report(new(part.Length, model.Bytes));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(InstallFault.Io, $"{path}: {error.Message}", error);
        }
    }

    private static IEnumerable<string> Candidates(ModelEntry model, string folder) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MaxDepth,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        })
        .Where(path => Path.GetFileName(path) == model.File || new FileInfo(path).Length == model.Bytes);

    private static string? Check(ModelEntry model, string path)
    {
        using var file = File.OpenRead(path);
        return file.Length == model.Bytes && Convert.ToHexStringLower(SHA256.HashData(file)) == model.Sha256 ? path : null;
    }

    private static InstallException Wrong(ModelEntry model, string path)
    {
        var length = new FileInfo(path).Length;
        return length == model.Bytes
            ? new(InstallFault.WrongHash, $"{path} is not {model.Id}: its SHA-256 is another than the catalogue's {model.Sha256}")
            : new(InstallFault.WrongSize, $"{path} is not {model.Id}: {length} bytes, the catalogue says {model.Bytes}");
    }
}
